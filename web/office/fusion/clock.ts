/** The light of something that has to be answered by a moment. */
import { now } from '../../shared/moments'
import type { Light } from '../../shared/api/types'

/** Soon from four fifths of the time on, as with orders. */
export function lightOf(one: { asked_at: string; due_at: string }, at: number = now()): Light {
  const [from, to] = [Date.parse(one.asked_at), Date.parse(one.due_at)]
  if (at > to) return 'late'
  return at - from >= (to - from) * 0.8 ? 'soon' : 'normal'
}
