/** Short names for the shapes of webhooks. */
import type { components } from '../../shared/api/schema'

type Schemas = components['schemas']
export type Webhook = Schemas['WebhookOut']
export type Delivery = Schemas['DeliveryOut']

/** The types of events that are offered; any other of the form `order:…` may be typed. */
export const types = ['order:report', 'order:accept', 'order:reject', 'order:dispatch', 'order:return', 'order:sign', 'order:resolve', 'order:verify', 'order:rework', 'order:close', 'order:reopen', 'order:cancel', 'order:join'] as const
