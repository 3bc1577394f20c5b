import { createRouter, createWebHistory, type RouteLocationNormalized } from 'vue-router'
import type { PostKind } from '../shared/api/types'
import { useSession } from './session'

/** Where each kind of post lands: on the list of what waits for it. */
const landing: Record<PostKind, string> = {
  desk: '/inbox', chief: '/inbox', handler: '/inbox', department_head: '/inbox', grid_worker: '/inbox',
  community_head: '/inbox', clerk: '/inbox', inspector: '/inbox', steward: '/areas', leader: '/board',
  auditor: '/board', admin: '/staff',
}
export const landingFor = (kind: PostKind | undefined) => (kind ? landing[kind] : '/settings')

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    { path: '/sign-in', component: () => import('./sign-in/SignInPage.vue'), meta: { open: true, title: 'sign_in.title' } },
    {
      path: '/',
      component: () => import('./shell/Shell.vue'),
      children: [
        { path: '', name: 'start', component: () => import('./shell/NotFoundPage.vue') },
        { path: 'inbox/:view?', name: 'inbox', component: () => import('./inbox/InboxPage.vue'), meta: { right: 'order:read', title: 'nav.inbox' } },
        { path: 'orders/new', component: () => import('./orders/NewOrderPage.vue'), meta: { right: 'order:report', title: 'nav.new' } },
        { path: 'orders/import', component: () => import('./intake/ImportPage.vue'), meta: { right: 'order:import', title: 'nav.import' } },
        { path: 'orders/:id', name: 'order', component: () => import('./orders/OrderPage.vue'), meta: { right: 'order:read', title: 'nav.order' } },
        { path: 'requests', component: () => import('./requests/RequestsPage.vue'), meta: { right: 'order:read', title: 'requests.title' } },
        { path: 'arbitration', component: () => import('./arbitration/ArbitrationPage.vue'), meta: { right: 'order:read', title: 'arbitration.title' } },
        { path: 'areas/:code?', name: 'areas', component: () => import('./areas/AreasPage.vue'), meta: { right: 'area:read', title: 'nav.areas' } },
        { path: 'staff/:tab?', component: () => import('./staff/StaffPage.vue'), meta: { right: 'staff:read', title: 'nav.staff' } },
        { path: 'catalogue/:tab?', component: () => import('./catalogue/CataloguePage.vue'), meta: { right: 'catalogue:read', title: 'nav.catalogue' } },
        { path: 'flows/:id?', component: () => import('./flows/FlowsPage.vue'), meta: { right: 'catalogue:edit', title: 'flows.title' } },
        { path: 'systems', component: () => import('./systems/SystemsPage.vue'), meta: { right: 'system:manage', title: 'systems.title' } },
        { path: 'webhooks/:id?', component: () => import('./webhooks/WebhooksPage.vue'), meta: { right: 'webhook:manage', title: 'webhooks.title' } },
        { path: 'board', component: () => import('./board/BoardPage.vue'), meta: { right: 'insight:read', title: 'nav.board' } },
        { path: 'board/acts', component: () => import('./board/ActsPage.vue'), meta: { right: 'order:read', title: 'board.acts' } },
        { path: 'scores', component: () => import('./scores/ScoresPage.vue'), meta: { right: 'insight:read', title: 'scores.title' } },
        { path: 'settings', component: () => import('./settings/SettingsPage.vue'), meta: { title: 'nav.settings' } },
        { path: ':rest(.*)*', component: () => import('./shell/NotFoundPage.vue'), meta: { title: 'nav.not_found' } },
      ],
    },
  ],
})

function signIn(to: RouteLocationNormalized) {
  return { path: '/sign-in', query: to.fullPath === '/' ? {} : { then: to.fullPath } }
}

router.beforeEach(async (to) => {
  if (to.meta['open']) return true
  const session = useSession()
  const known = await session.load().catch(() => null)
  if (!known) return signIn(to)
  return to.name === 'start' ? landingFor(session.post?.kind) : true
})
