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
        { path: 'registry', component: () => import('./registry/RegistryPage.vue'), meta: { right: 'unit:read', title: 'registry.title' } },
        { path: 'registry/residents/:id', component: () => import('./registry/ResidentPage.vue'), meta: { right: 'resident:read', title: 'registry.resident.title' } },
        { path: 'registry/dwellings/:id', component: () => import('./registry/DwellingPage.vue'), meta: { right: 'dwelling:read', title: 'registry.dwelling.title' } },
        { path: 'registry/buildings/:id', component: () => import('./registry/BuildingPage.vue'), meta: { right: 'dwelling:read', title: 'registry.building.title' } },
        { path: 'registry/hand-overs', component: () => import('./registry/HandOversPage.vue'), meta: { right: 'resident:hand_over', title: 'registry.hand_overs.title' } },
        { path: 'registry/exports', component: () => import('./registry/ExportsPage.vue'), meta: { right: ['export:ask', 'export:approve'], title: 'registry.exports.title' } },
        { path: 'registry/alarms', component: () => import('./registry/AlarmsPage.vue'), meta: { right: 'look:review', title: 'registry.alarms.title' } },
        { path: 'registry/delays', component: () => import('./registry/DelaysPage.vue'), meta: { right: 'look:approve_delay', title: 'registry.delays.title' } },
        { path: 'registry/communities', component: () => import('./registry/CommunitiesPage.vue'), meta: { right: 'registry:open', title: 'registry.communities.title' } },
        { path: 'registry/statistics', component: () => import('./registry/StatisticsPage.vue'), meta: { right: 'stats:read', title: 'registry.statistics.title' } },
        { path: 'fusion/batches', component: () => import('./fusion/BatchesPage.vue'), meta: { right: 'batch:manage', title: 'fusion.batches' } },
        { path: 'fusion/batches/:id', component: () => import('./fusion/BatchPage.vue'), meta: { right: 'batch:manage', title: 'fusion.batches' } },
        { path: 'fusion/review/decided', component: () => import('./fusion/DecidedPage.vue'), meta: { right: 'review:decide', title: 'fusion.reviews' } },
        { path: 'fusion/review/audit', component: () => import('./fusion/AuditPage.vue'), meta: { right: 'review:decide', title: 'fusion.reviews' } },
        { path: 'fusion/review/:view(later|field)?', component: () => import('./fusion/ReviewPage.vue'), meta: { right: 'review:decide', title: 'fusion.reviews' } },
        { path: 'fusion/claims', component: () => import('./fusion/ClaimsPage.vue'), meta: { right: 'claim:make', title: 'fusion.claims' } },
        { path: 'fusion/corrections', component: () => import('./fusion/CorrectionsPage.vue'), meta: { right: 'correction:answer', title: 'fusion.corrections' } },
        { path: 'fusion/sources', component: () => import('./fusion/SourcesPage.vue'), meta: { right: 'source:manage', title: 'fusion.sources' } },
        { path: 'forms', component: () => import('./forms/FormsPage.vue'), meta: { right: ['form:manage', 'form:fill'], title: 'forms.title' } },
        { path: 'forms/new', component: () => import('./forms/NewFormPage.vue'), meta: { right: 'form:manage', title: 'forms.new' } },
        { path: 'forms/burden', component: () => import('./forms/BurdenPage.vue'), meta: { right: 'form:manage', title: 'forms.burden.title' } },
        { path: 'forms/:id', component: () => import('./forms/FormPage.vue'), meta: { right: ['form:manage', 'form:fill'], title: 'forms.title' } },
        { path: 'forms/:id/fill', component: () => import('./forms/FillPage.vue'), meta: { right: 'form:fill', title: 'forms.fill_in' } },
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
