/** A list that goes on where its last page ended. */
import { computed } from 'vue'
import { useInfiniteQuery } from '@tanstack/vue-query'

interface Page {
  items: unknown[]
  next: string | null
}

export function usePages<P extends Page>(name: string, ask: (cursor?: string) => Promise<P>) {
  const list = useInfiniteQuery({
    queryKey: [name],
    queryFn: ({ pageParam }) => ask(pageParam),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (page) => page.next ?? undefined,
  })
  return { list, items: computed<P['items'][number][]>(() => list.data.value?.pages.flatMap((page) => page.items) ?? []) }
}
