/** Pages that a post may open, in the order of the rail. */
import type { IconName } from '../../shared/ui/icons'

export interface OfficePage {
  to: string; icon: IconName; title: string; right: string; rail: boolean
  /** Another page of the same part stands in the rail for who has this right. */
  unless?: string
  /** The part that it stands for, where that is more than its own address. */
  part?: string
}

export const pages: OfficePage[] = [
  { to: '/inbox', icon: 'inbox', title: 'nav.inbox', right: 'order:read', rail: true },
  { to: '/orders/new', icon: 'plus', title: 'nav.new', right: 'order:report', rail: true },
  { to: '/orders/import', icon: 'upload', title: 'nav.import', right: 'order:import', rail: false },
  { to: '/requests', icon: 'check', title: 'requests.title', right: 'order:decide', rail: true },
  { to: '/requests', icon: 'check', title: 'requests.title', right: 'order:endorse', rail: true },
  { to: '/arbitration', icon: 'swap', title: 'arbitration.title', right: 'order:rule', rail: true },
  { to: '/registry', icon: 'search', title: 'registry.title', right: 'unit:read', rail: true },
  { to: '/registry/statistics', icon: 'spread', title: 'registry.statistics.title', right: 'stats:read', rail: true, unless: 'unit:read', part: '/registry' },
  { to: '/registry/hand-overs', icon: 'swap', title: 'registry.hand_overs.title', right: 'resident:hand_over', rail: false },
  { to: '/registry/exports', icon: 'download', title: 'registry.exports.title', right: 'export:ask', rail: false },
  { to: '/registry/alarms', icon: 'bell', title: 'registry.alarms.title', right: 'look:review', rail: false },
  { to: '/registry/delays', icon: 'clock', title: 'registry.delays.title', right: 'look:approve_delay', rail: false },
  { to: '/registry/communities', icon: 'pin', title: 'registry.communities.title', right: 'registry:open', rail: false },
  { to: '/fusion/batches', icon: 'merge', title: 'fusion.title', right: 'batch:manage', rail: true, part: '/fusion' },
  { to: '/fusion/review', icon: 'merge', title: 'fusion.reviews', right: 'review:decide', rail: true, unless: 'batch:manage', part: '/fusion' },
  { to: '/fusion/claims', icon: 'comment', title: 'fusion.claims', right: 'claim:make', rail: false },
  { to: '/fusion/corrections', icon: 'check', title: 'fusion.corrections', right: 'correction:answer', rail: false },
  { to: '/fusion/sources', icon: 'link', title: 'fusion.sources', right: 'source:manage', rail: false },
  { to: '/forms', icon: 'list', title: 'forms.title', right: 'form:manage', rail: true },
  { to: '/forms', icon: 'list', title: 'forms.title', right: 'form:fill', rail: true },
  { to: '/board', icon: 'chart', title: 'nav.board', right: 'insight:read', rail: true },
  { to: '/scores', icon: 'star', title: 'scores.title', right: 'insight:read', rail: true },
  { to: '/areas', icon: 'map', title: 'nav.areas', right: 'area:read', rail: true },
  { to: '/staff', icon: 'people', title: 'nav.staff', right: 'staff:read', rail: true },
  { to: '/catalogue', icon: 'book', title: 'nav.catalogue', right: 'catalogue:read', rail: true },
  { to: '/flows', icon: 'swap', title: 'flows.title', right: 'catalogue:edit', rail: false },
  { to: '/systems', icon: 'lock', title: 'systems.title', right: 'system:manage', rail: true },
  { to: '/webhooks', icon: 'link', title: 'webhooks.title', right: 'webhook:manage', rail: true },
  { to: '/settings', icon: 'settings', title: 'nav.settings', right: '', rail: false },
]
