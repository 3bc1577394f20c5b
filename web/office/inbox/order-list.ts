/** The rows of a view: the first page at once, the rest behind it, news without a jump. */
import { computed, onBeforeUnmount, ref, shallowRef, watch, type Ref } from 'vue'
import { api } from '../../shared/api/client'
import type { OrderEvent, OrderRow, Page, View } from '../../shared/api/types'
import { learnNow } from '../../shared/moments'
import { belongs } from './views'

export type Sort = 'due' | 'newest'
export interface Filter { view: View; q: string; sort: Sort }

const page = 200
/** More than this nobody scrolls through; words narrow it down. */
const most = 10_000

const idle = () => new Promise<void>((resolve) => ('requestIdleCallback' in window ? requestIdleCallback(() => resolve(), { timeout: 400 }) : setTimeout(resolve, 120)))

export function useOrderList(filter: Ref<Filter>, selected: Ref<string | null>) {
  const rows = shallowRef<OrderRow[]>([])
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const problem = ref<unknown>(null)
  /** The last refresh failed: what is shown may be old. */
  const stale = ref(false)
  /** Came in since the list was shown; they wait behind a word until they are called. */
  const arrived = shallowRef<OrderRow[]>([])
  const touched = new Set<string>()
  const places = computed(() => new Map(rows.value.map((row, index) => [row.id, index])))
  let next: string | null = null
  let run = 0
  let timer: ReturnType<typeof setTimeout> | undefined

  const ask = async (cursor: string | null) => {
    const { view, q, sort } = filter.value
    const answer = await api.get<Page<OrderRow>>('/orders', { view, q, sort, cursor, limit: page })
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
    const waiting = new Set(arrived.value.map((row) => row.id))
    const coming = first.items.filter((row) => !places.value.has(row.id) && (touched.has(row.id) || first.next === null))
    arrived.value = [...coming.filter((row) => !waiting.has(row.id)), ...arrived.value.map((row) => fresh.get(row.id) ?? row)]
    const whole = first.next === null
    rows.value = rows.value
      .map((row) => fresh.get(row.id) ?? row)
      .filter((row) => row.id === selected.value || fresh.has(row.id) || (!whole && belongs(filter.value.view, row)))
    touched.clear()
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
    const known = new Set(arrived.value.map((row) => row.id))
    rows.value = [...arrived.value, ...rows.value.filter((row) => !known.has(row.id))]
    arrived.value = []
  }

  watch(filter, () => void load(), { immediate: true })
  onBeforeUnmount(() => {
    run += 1
    clearTimeout(timer)
  })
  return { rows, places, state, problem, stale, arrived, load, heard, replace, tidy, admit }
}
