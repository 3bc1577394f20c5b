import { nextTick } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import HomePage from './home/HomePage.vue'

export const router = createRouter({
  history: createWebHistory('/p/'),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', name: 'home', component: HomePage, meta: { title: 'public.home.title' } },
    { path: '/report', redirect: '/report/photo' },
    { path: '/report/sent/:number', name: 'sent', component: () => import('./report/SentPage.vue'), meta: { title: 'public.sent.title' } },
    { path: '/report/kept', name: 'kept', component: () => import('./report/KeptPage.vue'), meta: { title: 'public.kept.title' } },
    { path: '/report/:step', name: 'step', component: () => import('./report/ReportPage.vue'), meta: { title: 'public.report.title' } },
    { path: '/track', name: 'ask', component: () => import('./track/AskPage.vue'), meta: { title: 'public.track.title' } },
    { path: '/track/:number', name: 'track', component: () => import('./track/TrackPage.vue'), meta: { title: 'public.track.title' } },
    { path: '/:rest(.*)*', component: () => import('./home/NotFoundPage.vue'), meta: { title: 'public.not_found.title' } },
  ],
})

// A reader hears the new page's heading; the first page of a visit keeps the browser's own focus.
router.afterEach(async (to, from) => {
  if (!from.name || (to.path === from.path)) return
  await nextTick()
  requestAnimationFrame(() => document.querySelector<HTMLElement>('main h1')?.focus())
})
