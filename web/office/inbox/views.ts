/** Saved views: which lists a post works from, most urgent first. */
import type { Order, OrderRow, OrderState, PostKind, View } from '../../shared/api/types'

const centre: View[] = ['to_accept', 'to_dispatch', 'returned', 'to_rule', 'to_close', 'soon', 'late', 'to_verify', 'to_settle', 'parked', 'supervised', 'escalated', 'watching', 'all_open', 'closed']
const department: View[] = ['to_handle', 'helping', 'soon', 'late', 'supervised', 'escalated', 'watching', 'all_open', 'closed']
const grid: View[] = ['to_verify', 'to_settle', 'mine', 'soon', 'late', 'watching', 'all_open', 'closed']
const reporter: View[] = ['mine', 'watching', 'all_open', 'closed']

const byKind: Partial<Record<PostKind, View[]>> = {
  desk: centre,
  chief: ['to_accept', 'to_dispatch', 'returned', 'to_rule', 'to_verify', 'to_close', 'soon', 'late', 'to_settle', 'parked', 'supervised', 'escalated', 'watching', 'all_open', 'closed'],
  handler: department,
  department_head: department,
  grid_worker: grid,
  community_head: grid,
  clerk: reporter,
  inspector: reporter,
  leader: ['escalated', 'supervised', 'late', 'soon', 'all_open', 'watching', 'closed'],
}

export const viewsFor = (kind: PostKind | undefined): View[] => (kind && byKind[kind]) || ['all_open', 'closed']

export const ended: OrderState[] = ['closed', 'rejected', 'cancelled', 'joined']
const states: Partial<Record<View, OrderState[]>> = {
  to_accept: ['reported'],
  to_dispatch: ['accepted'],
  to_handle: ['dispatched', 'handling'],
  to_verify: ['resolved'],
  to_close: ['verified'],
  to_settle: ['consulting', 'guiding'],
  to_rule: ['arbitrating'],
  parked: ['parked'],
  returned: ['accepted'],
  closed: ended,
}

/** Whether a case that just came up has a place in the view. */
export function shows(view: View, order: Order): boolean {
  if (view === 'late' || view === 'soon') return order.light === view
  if (view === 'watching') return order.watching
  // Whether it was returned, or is one's own, the case does not say.
  return !['returned', 'helping', 'mine', 'supervised', 'escalated'].includes(view) && belongs(view, order)
}

/** Whether a row still has its place in the view, as far as its state can tell. */
export function belongs(view: View, row: Pick<OrderRow, 'state'>): boolean {
  const wanted = states[view]
  if (wanted) return wanted.includes(row.state)
  return view === 'watching' || view === 'helping' || view === 'mine' || !ended.includes(row.state)
}
