/** The few addresses below /p/. A router made for everything would weigh ten kilobytes of the sixty-five that a first load may have. */
import { defineComponent, h, nextTick, shallowReactive, shallowRef, type Component } from 'vue'
import HomePage from './home/HomePage.vue'

export interface Target { name: string; params?: Record<string, string>; query?: Record<string, string> }
interface Page {
  name: string
  /** Below /p; `:word` stands for one part. */
  path: string
  title: string
  load: () => Component | Promise<Component>
}

const reportPages = () => import('./report/pages')
const minePages = () => import('./mine/pages')
const plain = (module: { default: unknown }) => module.default as Component

/** Fetches the pages of a report while there is a network, so that one can be written without. */
export const fetchReportPages = () => reportPages().catch(() => null)

const home: Page = { name: 'home', path: '/', title: 'public.home.title', load: () => HomePage }
const lost: Page = { name: 'lost', path: '/', title: 'public.not_found.title', load: () => import('./home/NotFoundPage.vue').then(plain) }
const pages: Page[] = [
  home,
  { name: 'sent', path: '/report/sent/:number', title: 'public.sent.title', load: () => reportPages().then((all) => all.SentPage as Component) },
  { name: 'kept', path: '/report/kept', title: 'public.kept.title', load: () => reportPages().then((all) => all.KeptPage as Component) },
  { name: 'step', path: '/report/:step', title: 'public.report.title', load: () => reportPages().then((all) => all.ReportPage as Component) },
  { name: 'ask', path: '/track', title: 'public.track.title', load: () => import('./track/AskPage.vue').then(plain) },
  { name: 'mine', path: '/mine', title: 'public.home.data', load: () => minePages().then((all) => all.MinePage as Component) },
  { name: 'part', path: '/mine/:part', title: 'public.home.data', load: () => minePages().then((all) => all.MinePage as Component) },
  { name: 'track', path: '/track/:number', title: 'public.track.title', load: () => import('./track/TrackPage.vue').then(plain) },
]

/** Where the visitor is. */
export const place = shallowReactive({
  name: '', title: home.title, params: {} as Record<string, string>, query: {} as Record<string, string>,
})
const shown = shallowRef<Component | null>(null)

export function addressOf({ name, params = {}, query = {} }: Target): string {
  const path = (pages.find((page) => page.name === name) ?? home).path.replace(/:(\w+)/g, (_, word: string) => encodeURIComponent(params[word] ?? ''))
  const search = new URLSearchParams(query).toString()
  return `/p${path}${search ? `?${search}` : ''}`
}

function paramsOf(page: Page, path: string): Record<string, string> | null {
  const wanted = page.path.split('/')
  const parts = path.split('/')
  if (wanted.length !== parts.length) return null
  const params: Record<string, string> = {}
  for (const [at, word] of wanted.entries()) {
    const part = parts[at] ?? ''
    if (word.startsWith(':') && part) params[word.slice(1)] = readable(part)
    else if (word !== part) return null
  }
  return params
}

/** A part of an address as it was meant; a broken one as it stands. */
function readable(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

async function show(address: string, moved: boolean): Promise<void> {
  const { pathname, searchParams } = new URL(address, location.origin)
  const path = pathname.replace(/^\/p/, '').replace(/\/$/, '') || '/'
  if (path === '/report') return go({ name: 'step', params: { step: 'photo' } }, 'replace')
  const page = pages.find((one) => paramsOf(one, path)) ?? lost
  const component = await page.load()
  // Only now, so that a page that cannot be fetched leaves the one before it in place.
  const before = `${place.name} ${JSON.stringify(place.params)}`
  Object.assign(place, { name: page.name, title: page.title, params: paramsOf(page, path) ?? {}, query: Object.fromEntries(searchParams) })
  shown.value = component
  if (!moved || before === `${place.name} ${JSON.stringify(place.params)}`) return
  await nextTick()
  // A reader hears the new page's heading.
  document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true })
}

/** Opens a page. */
export async function go(target: Target, how: 'push' | 'replace' = 'push'): Promise<void> {
  const address = addressOf(target)
  if (how === 'push') {
    await (pages.find((page) => page.name === target.name) ?? home).load()
    history.pushState({ inside: true }, '', address)
    window.scrollTo(0, 0)
  } else history.replaceState(history.state, '', address)
  await show(address, place.name !== '')
}

/** One page back; the first page of a visit has the home page behind it. */
export function back(): void {
  if ((history.state as { inside?: boolean } | null)?.inside) history.back()
  else void go({ name: 'home' })
}

export async function startRouter(): Promise<void> {
  window.addEventListener('popstate', () => void show(location.href, true))
  await show(location.href, false)
}

/** A link to a page of ours; with a held key or the middle button it is the browser's. */
export const PageLink = defineComponent(
  (props: { to: Target }, { slots }) => {
    function click(event: MouseEvent) {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      event.preventDefault()
      void go(props.to)
    }
    return () => h('a', { href: addressOf(props.to), onClick: click }, slots['default']?.())
  },
  { props: ['to'] },
)

/** Another case is another page, not the same one with a new number. */
export const PageView = defineComponent(() => () => (shown.value ? h(shown.value, { key: `${place.name} ${place.params['number'] ?? ''}` }) : null))
