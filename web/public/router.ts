import { nextTick } from 'vue'
import { createRouter, createWebHistory } from 'vue-router'
import HomePage from './home/HomePage.vue'

const reportPages = () => import('./report/pages')

/** Fetches the pages of a report while there is a network, so that one can be written without. */
export const fetchReportPages = () => reportPages().catch(() => null)

export const router = createRouter({
  history: createWebHistory('/p/'),
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
  routes: [
    { path: '/', name: 'home', component: HomePage, meta: { title: 'public.home.title' } },
    { path: '/report', redirect: '/report/photo' },
    { path: '/report/sent/:number', name: 'sent', component: () => reportPages().then((pages) => pages.SentPage), meta: { title: 'public.sent.title' } },
    { path: '/report/kept', name: 'kept', component: () => reportPages().then((pages) => pages.KeptPage), meta: { title: 'public.kept.title' } },
    { path: '/report/:step', name: 'step', component: () => reportPages().then((pages) => pages.ReportPage), meta: { title: 'public.report.title' } },
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
