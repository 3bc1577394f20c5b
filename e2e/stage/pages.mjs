/** Every page that there is, who sees it, and the states that a screenshot sheet has to show. */
import { minePages } from './mine.mjs'

const problem = { status: 500, contentType: 'application/problem+json', body: JSON.stringify({ code: 'internal', title: '', detail: '', request_id: 'req_0' }) }
const fails = (pattern) => (page) => page.route(pattern, (route) => route.fulfill(problem))
const answers = (pattern, body) => (page) => page.route(pattern, (route) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(body) }))
const nothing = { items: [], next: null, now: new Date().toISOString() }

/** Says why, as everybody must before they look at anybody; a post with one purpose has it chosen already. */
const saysWhy = (t, purpose, about) => async (page) => {
  if (purpose) await page.getByRole('radio', { name: purpose }).check()
  if (about) await page.getByLabel(new RegExp(t('registry.why.about'))).fill(about)
  await page.getByRole('button', { name: t('registry.why.start'), exact: true }).click()
}
/** Opens the query and searches. */
const searches = (t, words, kind) => async (page) => {
  await saysWhy(t)(page)
  await page.getByRole('combobox', { name: t('registry.find.label') }).fill(words)
  await page.keyboard.press('Enter')
  await page.getByText(t('registry.find.detected', { kind: t(`registry.find.as.${kind}`) })).first().waitFor()
}

/** `who` is an account of the demo, null for a resident; `then` goes on from the page that was opened. */
export const officePages = (t) => [
  { name: 'sign-in', who: null, path: '/sign-in' },
  { name: 'inbox', who: 'desk', path: '/inbox', settle: 1500 },
  { name: 'inbox-drawer', who: 'desk', path: '/inbox', then: async (page) => { await page.getByRole('listbox').getByRole('option').first().click(); await page.getByRole('complementary').getByRole('region', { name: t('orders.now.title') }).waitFor() }, settle: 1500 },
  { name: 'inbox-empty', who: 'desk', path: '/inbox/returned', prepare: answers(/\/api\/v1\/orders\?/, nothing) },
  { name: 'inbox-error', who: 'desk', path: '/inbox', prepare: fails(/\/api\/v1\/orders\?/) },
  { name: 'inbox-map-lost', who: 'desk', path: '/inbox', prepare: fails(/\/api\/v1\/areas\//), settle: 1500 },
  { name: 'handler', who: 'handler', path: '/inbox' },
  { name: 'arbitration', who: 'chief', path: '/arbitration' },
  { name: 'arbitration-empty', who: 'chief', path: '/arbitration', prepare: answers(/\/api\/v1\/(orders|rulings)\?/, nothing) },
  { name: 'arbitration-error', who: 'chief', path: '/arbitration', prepare: fails(/\/api\/v1\/(orders|rulings)\?/) },
  { name: 'grid-worker', who: 'grid', path: '/inbox' },
  { name: 'case', who: 'chief', path: async (ask) => `/orders/${(await ask('GET', '/orders?view=all_open&limit=1')).body.items[0].id}` },
  { name: 'case-closed', who: 'chief', path: async (ask) => `/orders/${(await ask('GET', '/orders?view=closed&limit=1')).body.items[0].id}` },
  { name: 'case-missing', who: 'chief', path: '/orders/ord_none' },
  { name: 'new-case', who: 'desk', path: '/orders/new', settle: 1500 },
  { name: 'import', who: 'desk', path: '/orders/import' },
  { name: 'areas', who: 'steward', path: '/areas', settle: 1500 },
  { name: 'areas-error', who: 'steward', path: '/areas', prepare: fails(/\/api\/v1\/areas\?/) },
  { name: 'staff', who: 'admin', path: '/staff' },
  { name: 'staff-roster', who: 'steward', path: '/staff/roster' },
  { name: 'staff-vacancies', who: 'steward', path: '/staff/vacancies' },
  { name: 'staff-accounts', who: 'admin', path: '/staff/accounts' },
  { name: 'catalogue', who: 'steward', path: '/catalogue' },
  { name: 'catalogue-standards', who: 'steward', path: '/catalogue/standards' },
  { name: 'catalogue-flows', who: 'steward', path: '/catalogue/flows' },
  { name: 'catalogue-calendar', who: 'steward', path: '/catalogue/calendars' },
  { name: 'catalogue-deadline', who: 'steward', path: '/catalogue/deadline' },
  { name: 'catalogue-guess', who: 'steward', path: '/catalogue/guess' },
  { name: 'flows', who: 'steward', path: '/flows' },
  { name: 'flow-draft', who: 'steward', path: '/flows', then: async (page) => { await page.getByRole('button', { name: t('flows.begin') }).first().click(); await page.getByRole('region', { name: t('flows.actions') }).waitFor() } },
  { name: 'systems', who: 'admin', path: '/systems' },
  { name: 'systems-error', who: 'admin', path: '/systems', prepare: fails(/\/api\/v1\/systems/) },
  { name: 'webhooks', who: 'admin', path: '/webhooks' },
  { name: 'webhooks-error', who: 'admin', path: '/webhooks', prepare: fails(/\/api\/v1\/webhooks/) },
  { name: 'board', who: 'leader', path: '/board', settle: 2000 },
  { name: 'board-error', who: 'leader', path: '/board', prepare: fails(/\/api\/v1\/insight\//) },
  { name: 'board-acts', who: 'leader', path: () => `/board/acts?event=reported&on=${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}` },
  { name: 'scores', who: 'leader', path: '/scores?street=450204006', settle: 1000 },
  { name: 'scores-error', who: 'leader', path: '/scores?street=450204006', prepare: fails(/\/api\/v1\/insight\/scorecards/) },
  { name: 'registry-purpose', who: 'clerk', path: '/registry' },
  { name: 'registry', who: 'clerk', path: '/registry', then: saysWhy(t) },
  { name: 'registry-nothing', who: 'clerk', path: '/registry', then: searches(t, '13900000000', 'phone') },
  { name: 'registry-error', who: 'clerk', path: '/registry', prepare: fails(/\/api\/v1\/registry\/purposes/) },
  { name: 'registry-resident-missing', who: 'clerk', path: '/registry/residents/res_none', then: saysWhy(t), settle: 500 },
  { name: 'registry-building-missing', who: 'clerk', path: '/registry/buildings/bui_none', settle: 500 },
  { name: 'registry-alarms', who: 'leader', path: '/registry/alarms' },
  { name: 'registry-alarms-error', who: 'leader', path: '/registry/alarms', prepare: fails(/\/api\/v1\/look-alarms/) },
  { name: 'registry-exports', who: 'steward', path: '/registry/exports' },
  { name: 'registry-exports-ask', who: 'steward', path: '/registry/exports', then: (page) => page.getByRole('button', { name: t('registry.exports.ask'), exact: true }).click() },
  { name: 'registry-delays', who: 'leader', path: '/registry/delays' },
  { name: 'registry-delays-error', who: 'leader', path: '/registry/delays', prepare: fails(/\/api\/v1\/look-delays/) },
  { name: 'registry-communities', who: 'steward', path: '/registry/communities' },
  { name: 'registry-statistics', who: 'leader', path: '/registry/statistics', settle: 1000 },
  { name: 'registry-statistics-error', who: 'leader', path: '/registry/statistics', prepare: fails(/\/api\/v1\/registry\/statistics/) },
  { name: 'fusion-batches', who: 'steward', path: '/fusion/batches' },
  { name: 'fusion-batches-empty', who: 'steward', path: '/fusion/batches', prepare: answers(/\/api\/v1\/batches\?/, nothing) },
  { name: 'fusion-batches-error', who: 'steward', path: '/fusion/batches', prepare: fails(/\/api\/v1\/batches\?/) },
  { name: 'fusion-batches-refused', who: 'community', path: '/fusion/batches' },
  { name: 'fusion-batch', who: 'steward', path: async (ask) => `/fusion/batches/${(await ask('GET', '/batches?limit=1')).body.items[0].id}` },
  { name: 'fusion-sources', who: 'steward', path: '/fusion/sources' },
  { name: 'fusion-sources-error', who: 'steward', path: '/fusion/sources', prepare: fails(/\/api\/v1\/sources/) },
  { name: 'fusion-source-new', who: 'steward', path: '/fusion/sources', then: (page) => page.getByRole('button', { name: t('fusion.source.new'), exact: true }).click() },
  { name: 'fusion-review', who: 'steward', path: '/fusion/review', settle: 800 },
  { name: 'fusion-review-empty', who: 'steward', path: '/fusion/review', prepare: answers(/\/api\/v1\/reviews\?/, { ...nothing, waiting: 0 }) },
  { name: 'fusion-review-error', who: 'steward', path: '/fusion/review', prepare: fails(/\/api\/v1\/reviews\?/) },
  { name: 'fusion-review-bulk', who: 'steward', path: '/fusion/review', then: (page) => page.getByRole('button', { name: t('fusion.bulk.open') }).click() },
  { name: 'fusion-review-decided', who: 'steward', path: '/fusion/review/decided' },
  { name: 'fusion-review-audit', who: 'steward', path: '/fusion/review/audit' },
  { name: 'fusion-claims', who: 'steward', path: '/fusion/claims' },
  { name: 'fusion-claims-error', who: 'steward', path: '/fusion/claims', prepare: fails(/\/api\/v1\/claims/) },
  { name: 'fusion-corrections', who: 'steward', path: '/fusion/corrections' },
  { name: 'fusion-corrections-error', who: 'steward', path: '/fusion/corrections', prepare: fails(/\/api\/v1\/corrections/) },
  { name: 'forms', who: 'steward', path: '/forms' },
  { name: 'forms-empty', who: 'steward', path: '/forms', prepare: answers(/\/api\/v1\/forms$/, nothing) },
  { name: 'forms-error', who: 'steward', path: '/forms', prepare: fails(/\/api\/v1\/forms/) },
  { name: 'form-new', who: 'steward', path: '/forms/new' },
  { name: 'form-missing', who: 'steward', path: '/forms/frm_none' },
  { name: 'forms-burden', who: 'leader', path: '/forms/burden', settle: 500 },
  { name: 'forms-burden-error', who: 'leader', path: '/forms/burden', prepare: fails(/\/api\/v1\/forms\/burden/) },
  { name: 'settings', who: 'clerk', path: '/settings' },
  { name: 'no-such-page', who: 'clerk', path: '/no-such-page' },
]

export const publicPages = (t) => [
  { name: 'home', path: '/p/' },
  { name: 'home-large', path: '/p/', then: (page) => page.getByRole('button', { name: t('public.large') }).click() },
  { name: 'report-photo', path: '/p/report/photo' },
  { name: 'report-place', path: '/p/report/place' },
  { name: 'report-place-map', path: '/p/report/place', then: (page) => page.getByRole('button', { name: t('public.place.on_map') }).click(), settle: 800 },
  { name: 'report-place-gaps', path: '/p/report/place', then: (page) => page.getByRole('button', { name: t('public.next'), exact: true }).click() },
  { name: 'report-class', path: '/p/report/class', settle: 500 },
  { name: 'report-class-error', path: '/p/report/class', prepare: fails('**/api/v1/public/classes'), settle: 500 },
  { name: 'report-words', path: '/p/report/words' },
  { name: 'report-phone', path: '/p/report/phone' },
  { name: 'report-check-gaps', path: '/p/report/check', then: (page) => page.getByRole('button', { name: t('public.check.send'), exact: true }).click() },
  { name: 'report-kept-none', path: '/p/report/kept' },
  { name: 'track', path: '/p/track' },
  { name: 'track-gaps', path: '/p/track', then: (page) => page.getByRole('button', { name: t('public.track.ask'), exact: true }).click() },
  { name: 'track-missing', path: '/p/track/006-20261123-00017-A?token=none', settle: 500 },
  ...minePages(t),
  { name: 'no-such-page', path: '/p/no-such-page' },
].map((page) => ({ ...page, name: `public-${page.name}`, who: null }))
