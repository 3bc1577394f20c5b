/** Every number of the board leads to the list that it counts. */
import type { RouteLocationRaw } from 'vue-router'
import type { DayEvent } from '../../shared/api/rooms'

export type By = 'street' | 'community' | 'department'
export type Figure = DayEvent | 'open' | 'late'

export interface Slice {
  by: By
  /** Area code or organisation; null for the totals. */
  key: string | null
  date: string
  within: string | null
}

/** The inbox with the same filter as the number: what stands now, or what happened on the day. */
export function listOf(figure: Figure, { by, key, date, within }: Slice): RouteLocationRaw {
  const where: Record<string, string> = {}
  if (key && by === 'department') where['organisation'] = key
  const area = key && by !== 'department' ? key : within
  if (area) where['area'] = area
  if (figure === 'open') return { path: '/inbox/all_open', query: where }
  if (figure === 'late') return { path: '/inbox/late', query: where }
  return { path: '/inbox', query: { ...where, event: figure, on: date } }
}
