/** Numbers of what stands open lead to the list that they count; what happened on a day has no list of its own. */
import type { RouteLocationRaw } from 'vue-router'
import { useSession } from '../session'

export type By = 'street' | 'community' | 'department'
export type Figure = 'reported' | 'accepted' | 'dispatched' | 'resolved' | 'closed' | 'open' | 'late'

export interface Slice {
  by: By
  /** Area code or organisation; null for the totals. */
  key: string | null
  within: string | null
}

/** The list behind a number; null where there is none, or the post does not read orders. */
export function useLists() {
  const session = useSession()
  return (figure: Figure, slice: Slice) => (session.may('order:read') ? listOf(figure, slice) : null)
}

function listOf(figure: Figure, { by, key, within }: Slice): RouteLocationRaw | null {
  if (figure !== 'open' && figure !== 'late') return null
  const query: Record<string, string> = {}
  if (key && by === 'department') query['organisation'] = key
  const area = key && by !== 'department' ? key : within
  if (area) query['area'] = area
  return { path: figure === 'open' ? '/inbox/all_open' : '/inbox/late', query }
}
