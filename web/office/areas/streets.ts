/** The streets of the district, as pages choose among them and name them. */
import { useQuery } from '@tanstack/vue-query'
import { everyPage } from '../../shared/api/pages'
import { say } from '../../shared/language'
import { useSession } from '../session'

export const useStreets = (enabled: () => boolean = () => true) =>
  useQuery({ queryKey: ['areas', 'street'], queryFn: () => everyPage('/areas', { level: 'street' }), staleTime: 600_000, enabled })

/** Names a street or the post's own area by its code; the code itself until the names are there. */
export function useReachName() {
  const session = useSession()
  const streets = useStreets()
  return (code: string) => {
    const own = session.post?.area === code ? session.post.area_name : undefined
    return say(streets.data.value?.find((street) => street.code === code)?.name ?? own ?? { zh: code, en: code })
  }
}
