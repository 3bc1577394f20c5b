/** Pages that a post may open, in the order of the rail. */
import type { IconName } from '../../shared/ui/icons'

export interface OfficePage { to: string; icon: IconName; title: string; right: string; rail: boolean }

export const pages: OfficePage[] = [
  { to: '/inbox', icon: 'inbox', title: 'nav.inbox', right: 'order:read', rail: true },
  { to: '/orders/new', icon: 'plus', title: 'nav.new', right: 'order:report', rail: true },
  { to: '/orders/import', icon: 'upload', title: 'nav.import', right: 'order:import', rail: false },
  { to: '/requests', icon: 'check', title: 'requests.title', right: 'order:decide', rail: true },
  { to: '/requests', icon: 'check', title: 'requests.title', right: 'order:endorse', rail: true },
  { to: '/arbitration', icon: 'swap', title: 'arbitration.title', right: 'order:rule', rail: true },
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
