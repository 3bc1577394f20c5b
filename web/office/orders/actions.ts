/** What can be done with a case: its key, and whether one press is enough. */
import type { Action, ActionOffer, Order, StepIn } from '../../shared/api/types'

export const keyOf: Partial<Record<Action, string>> = {
  accept: 'a', reject: 'x', dispatch: 'd', recall: 'u', sign: 's', return: 'r', resolve: 'f', verify: 'v', rework: 'b', close: 'c', reopen: 'o',
}
/** Steps back or to an end: never the first thing offered. */
const against: Action[] = ['reject', 'recall', 'return', 'rework', 'reopen', 'cancel']
export const isAgainst = (action: Action) => against.includes(action)

/** The offer at the end of the eye's path, and the rest. */
export function sorted(order: Order): { first: ActionOffer | null; rest: ActionOffer[] } {
  const first = order.actions.find((offer) => !isAgainst(offer.action)) ?? null
  return { first, rest: order.actions.filter((offer) => offer !== first) }
}

/** The step that the suggestion already answers completely; nothing when somebody has to be asked. */
export function ready(order: Order, offer: ActionOffer): StepIn | null {
  const step: StepIn = { action: offer.action }
  for (const need of offer.needs) {
    if (need === 'standard' && order.suggestion) step.standard_id = order.suggestion.standard_id
    else if (need === 'organisation' && order.suggestion) step.organisation_id = order.suggestion.organisation.id
    else return null
  }
  return step
}
