/** The rows of a view: the first page at once, the rest behind it, news without a jump. */
import { computed, onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import { api } from '../../shared/api/client'
import type { OrderEvent, OrderRow, Sort, View } from '../../shared/api/types'
import { learnNow } from '../../shared/moments'
import type { Narrowing } from './narrowing'
import { belongs, shows } from './views'

export interface Filter extends Narrowing { view: View; q: string; sort: Sort }

const page = 200
/** More than this nobody scrolls through; words narrow it down. */
const most = 10_000
/** Unknown cases that one refresh looks at; when more come at once, the first page tells enough. */
const looks = 20

const idle = () => new Promise<void>((resolve) => ('requestIdleCallback' in window ? requestIdleCallback(() => resolve(), { timeout: 400 }) : setTimeout(resolve, 120)))

export function useOrderList(filter: Ref<Filter>, selected: Ref<string | null>) {
  const rows = shallowRef<OrderRow[]>([])
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const problem = ref<unknown>(null)
  /** The last refresh failed: what is shown may be old. */
  const stale = ref(false)
  /** Came in since the list was shown; they wait behind a word until they are called. */
  const arrived = shallowRef<string[]>([])
  const touched = new Set<string>()
  const places = computed(() => new Map(rows.value.map((row, index) => [row.id, index])))
  let next: string | null = null
  let run = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const ask = async (cursor: string | null) => {
    const answer = await api.get('/orders', { query: { ...filter.value, cursor, limit: page } })
    learnNow(answer.now)
    return answer
  }

  /** Asks anew; with `quiet` the old rows stay until the new ones are here. */
  async function load(quiet = false) {
    run += 1
    const mine = run
    if (!quiet) {
      state.value = 'loading'
      rows.value = []
    }
    arrived.value = []
    touched.clear()
    try {
      const first = await ask(null)
      if (mine !== run) return
      rows.value = first.items
      next = first.next
      state.value = 'ready'
      stale.value = false
      void fill(mine)
    } catch (error) {
      if (mine !== run) return
      problem.value = error
      stale.value = quiet
      if (!quiet) state.value = 'failed'
    }
  }

  async function fill(mine: number) {
    while (next && rows.value.length < most) {
      await idle()
      const more = mine === run ? await ask(next).catch(() => null) : null
      if (!more || mine !== run) return
      // A row may move between two pages while they are read.
      rows.value = [...rows.value, ...more.items.filter((row) => !places.value.has(row.id))]
      next = more.next
    }
  }

  /** Reads the first page again and puts what changed in its place. */
  async function refresh() {
    const mine = run
    const first = await ask(null).catch(() => null)
    if (mine !== run) return
    stale.value = first === null
    if (!first) return
    const fresh = new Map(first.items.map((row) => [row.id, row]))
    const whole = first.next === null
    const unknown = [...touched].filter((id) => !places.value.has(id) && !arrived.value.includes(id))
    touched.clear()
    rows.value = rows.value
      .map((row) => fresh.get(row.id) ?? row)
      .filter((row) => row.id === selected.value || fresh.has(row.id) || (!whole && belongs(filter.value.view, row)))
    const beyond = await lookAt(unknown.filter((id) => !fresh.has(id)))
    if (mine === run) arrived.value = [...arrived.value, ...unknown.filter((id) => fresh.has(id)), ...beyond]
  }

  /** Of cases that are not on the first page, those that this view would show: only the case itself can tell. */
  async function lookAt(ids: string[]): Promise<string[]> {
    if (filter.value.q) return []
    const found = await Promise.all(ids.slice(0, looks).map((id) => api.get('/orders/{id}', { path: { id } }).catch(() => null)))
    return found.flatMap((order) => (order && shows(filter.value.view, order) ? [order.id] : []))
  }

  function heard(event: OrderEvent) {
    touched.add(event.id)
    const index = places.value.get(event.id)
    const row = index === undefined ? undefined : rows.value[index]
    if (row && event.version > row.version) replace({ ...row, state: event.state, version: event.version })
    clearTimeout(timer)
    timer = setTimeout(() => void refresh(), 1_500)
  }

  /** Puts a row that changed in its place. */
  function replace(row: OrderRow) {
    const index = places.value.get(row.id)
    if (index === undefined) return
    const copy = [...rows.value]
    copy[index] = row
    rows.value = copy
  }

  /** Drops rows that have left the view, except the one in hand. */
  function tidy() {
    const kept = rows.value.filter((row) => row.id === selected.value || belongs(filter.value.view, row))
    if (kept.length !== rows.value.length) rows.value = kept
  }

  /** Lets in what waited. */
  function admit() {
    void load(true)
  }

  watch(filter, () => void load(), { immediate: true })
  onBeforeUnmount(() => {
    run += 1
    clearTimeout(timer)
  })
  return { rows, places, state, problem, stale, arrived, load, heard, replace, tidy, admit }
}
