/** Every page that there is, who sees it, and the states that a screenshot sheet has to show. */

const problem = { status: 500, contentType: 'application/problem+json', body: JSON.stringify({ code: 'internal', title: '', detail: '', request_id: 'req_0' }) }
const fails = (pattern) => (page) => page.route(pattern, (route) => route.fulfill(problem))
const answers = (pattern, body) => (page) => page.route(pattern, (route) => route.fulfill({ status: 200, contentType: 'application/json', body: JSON.stringify(body) }))
const nothing = { items: [], next: null, now: new Date().toISOString() }

/** `who` is an account of the demo, null for a resident; `then` goes on from the page that was opened. */
export const officePages = (t) => [
  { name: 'sign-in', who: null, path: '/sign-in' },
  { name: 'inbox', who: 'desk', path: '/inbox', settle: 1500 },
  { name: 'inbox-drawer', who: 'desk', path: '/inbox', then: async (page) => { await page.getByRole('listbox').getByRole('option').first().click(); await page.getByRole('complementary').getByRole('region', { name: t('orders.now.title') }).waitFor() }, settle: 1500 },
  { name: 'inbox-empty', who: 'desk', path: '/inbox/returned', prepare: answers(/\/api\/v1\/orders\?/, nothing) },
  { name: 'inbox-error', who: 'desk', path: '/inbox', prepare: fails(/\/api\/v1\/orders\?/) },
  { name: 'inbox-map-lost', who: 'desk', path: '/inbox', prepare: fails(/\/api\/v1\/areas\//), settle: 1500 },
  { name: 'handler', who: 'handler', path: '/inbox' },
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
  { name: 'webhooks', who: 'admin', path: '/webhooks' },
  { name: 'webhooks-error', who: 'admin', path: '/webhooks', prepare: fails(/\/api\/v1\/webhooks/) },
  { name: 'board', who: 'leader', path: '/board', settle: 2000 },
  { name: 'board-error', who: 'leader', path: '/board', prepare: fails(/\/api\/v1\/insight\//) },
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
  { name: 'no-such-page', path: '/p/no-such-page' },
].map((page) => ({ ...page, name: `public-${page.name}`, who: null }))
