/** Short names for the shapes of webhooks. */
import type { components } from '../../shared/api/schema'

type Schemas = components['schemas']
export type Webhook = Schemas['WebhookOut']
export type Delivery = Schemas['DeliveryOut']

/** The types of events that are offered: each action of a flow, and what residents do. */
export const types = [
  'order:report', 'order:accept', 'order:reject', 'order:dispatch', 'order:recall', 'order:sign', 'order:return', 'order:resolve',
  'order:verify', 'order:rework', 'order:close', 'order:reopen', 'order:cancel', 'order:self_resolve', 'order:consult', 'order:guide',
  'order:reclassify', 'order:settle', 'order:refer', 'order:rule', 'order:park', 'order:wake', 'order:join', 'order:rate',
] as const satisfies `order:${Schemas['Act']}`[]
