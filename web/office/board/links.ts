/** Every number leads to the list that it counts: what stands open to the inbox, what happened on a day to the acts of that day. */
import type { RouteLocationRaw } from 'vue-router'
import { useSession } from '../session'

export type By = 'street' | 'community' | 'department'
export type Figure = 'reported' | 'accepted' | 'dispatched' | 'resolved' | 'closed' | 'open' | 'late'

export interface Slice {
  by: By
  /** Area code or organisation; null for the totals. */
  key: string | null
  within: string | null
  /** The day of the numbers, YYYY-MM-DD. */
  on: string
}

/** The list behind a number; null where there is none, or the post does not read orders. */
export function useLists() {
  const session = useSession()
  return (figure: Figure, slice: Slice) => (session.may('order:read') ? listOf(figure, slice) : null)
}

function listOf(figure: Figure, { by, key, within, on }: Slice): RouteLocationRaw {
  const query: Record<string, string> = {}
  if (key && by === 'department') query['organisation'] = key
  const area = key && by !== 'department' ? key : within
  if (area) query['area'] = area
  if (figure === 'open') return { path: '/inbox/all_open', query }
  if (figure === 'late') return { path: '/inbox/late', query }
  return { path: '/board/acts', query: { ...query, event: figure, on } }
}
