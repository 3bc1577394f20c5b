/** What can be done with a case: its key, and whether one press is enough. */
import type { Action, ActionOffer, Order, OrderState, StepIn } from '../../shared/api/types'

export const keyOf: Partial<Record<Action, string>> = {
  accept: 'a', reject: 'z', dispatch: 'd', recall: 'u', sign: 's', return: 'r', resolve: 'f', verify: 'v', rework: 'b', close: 'c', reopen: 'o', join: 'm', consult: 't', guide: 'g', settle: 'e', refer: 'i', rule: 'l',
}
/** Steps back or to an end: never the first thing offered. */
const against: Action[] = ['reject', 'recall', 'return', 'rework', 'reopen', 'cancel', 'join', 'consult', 'guide', 'reclassify', 'refer']
export const isAgainst = (action: Action) => against.includes(action)

/** The open case close by that this one is joined to with one key. */
export const same = (order: Order) => order.similar.find((row) => !ended.includes(row.state)) ?? null
const ended: OrderState[] = ['closed', 'rejected', 'cancelled', 'joined']

/** What can be done here; joining needs another case. */
export const offered = (order: Order) => order.actions.filter((offer) => offer.action !== 'join' || same(order) !== null)

/** The offer at the end of the eye's path, and the rest. */
export function sorted(order: Order): { first: ActionOffer | null; rest: ActionOffer[] } {
  const first = offered(order).find((offer) => !isAgainst(offer.action)) ?? null
  return { first, rest: offered(order).filter((offer) => offer !== first) }
}

/** The step that the suggestion already answers completely; nothing when somebody has to be asked. */
export function ready(order: Order, offer: ActionOffer): StepIn | null {
  const step: StepIn = { action: offer.action }
  if (offer.action === 'join') step.into = same(order)?.id ?? null
  for (const need of offer.needs) {
    if (need === 'standard' && order.suggestion) step.standard_id = order.suggestion.standard_id
    else if (need === 'organisation' && order.suggestion) step.organisation_id = order.suggestion.organisation.id
    else return null
  }
  return step
}
