/** The desk's memory: what waits, what was just decided, the way back, and how fast it goes. */
import { computed, ref, shallowRef } from 'vue'
import { Problem } from '../../shared/api/client'

export type Decision = 'same' | 'distinct' | 'field' | 'later'
export interface Waiting { id: string; version: number }
export interface Decided<R extends Waiting, A> { row: R; decision: Decision; at: number; answer: A | null }

export interface DeskCalls<R extends Waiting, A> {
  page: (cursor: string | null) => Promise<{ items: R[]; next: string | null; waiting: number }>
  decide: (row: R, decision: Decision) => Promise<A>
  /** The row as it is after the way back. */
  undo: (row: R, answer: A) => Promise<R>
  /** Somebody else decided first; `current` is what stands now. */
  lost: (row: R, current: unknown) => void
  now: () => number
}

/** New rows are asked for while this many are still ahead. */
const ahead = 5
/** The pace is that of the last ten minutes. */
const window = 600_000

/** Decisions an hour, from the moments of the last ones; unknown until three were made. */
export function pace(times: number[], now: number): number | null {
  const lately = times.filter((at) => now - at < window)
  const first = lately[0]
  if (lately.length < 3 || first === undefined) return null
  return Math.round((lately.length / Math.max(now - first, 1_000)) * 3_600_000)
}

export function useDesk<R extends Waiting, A>(calls: DeskCalls<R, A>) {
  const queue = shallowRef<R[]>([])
  const at = ref(0)
  const waiting = ref(0)
  const done = shallowRef<Decided<R, A>[]>([])
  const state = ref<'loading' | 'ready' | 'failed'>('loading')
  const problem = ref<unknown>(null)
  const busy = ref(false)
  let cursor: string | null = null
  let filling = false
  /** Decisions go to the server one after the other, in the order of the keys. */
  let line: Promise<unknown> = Promise.resolve()
  const known = new Set<string>()

  const current = computed<R | null>(() => queue.value[at.value] ?? null)
  const following = computed<R | null>(() => queue.value[at.value + 1] ?? (at.value > 0 ? (queue.value[at.value - 1] ?? null) : null))

  function take(page: { items: R[]; next: string | null; waiting: number }) {
    const fresh = page.items.filter((row) => !known.has(row.id))
    fresh.forEach((row) => known.add(row.id))
    queue.value = [...queue.value, ...fresh]
    cursor = page.next
  }
  async function start() {
    state.value = 'loading'
    problem.value = null
    known.clear()
    queue.value = []
    at.value = 0
    try {
      const page = await calls.page(null)
      waiting.value = page.waiting
      take(page)
      state.value = 'ready'
    } catch (error) {
      problem.value = error
      state.value = 'failed'
    }
  }
  async function refill() {
    if (filling || !cursor || queue.value.length - at.value > ahead) return
    filling = true
    try {
      take(await calls.page(cursor))
    } catch (error) {
      problem.value = error
    } finally {
      filling = false
    }
  }
  function remove(row: R) {
    queue.value = queue.value.filter((one) => one.id !== row.id)
    at.value = Math.min(at.value, Math.max(queue.value.length - 1, 0))
  }
  function bringBack(row: R) {
    queue.value = [...queue.value.slice(0, at.value), row, ...queue.value.slice(at.value)]
  }
  function move(by: number) {
    at.value = Math.min(Math.max(at.value + by, 0), Math.max(queue.value.length - 1, 0))
    void refill()
  }

  /** The next pair is in view before the server has answered; what it refuses comes back. */
  function decide(decision: Decision): Promise<void> {
    const row = current.value
    if (!row) return Promise.resolve()
    problem.value = null
    const made: Decided<R, A> = { row, decision, at: calls.now(), answer: null }
    remove(row)
    waiting.value = Math.max(waiting.value - 1, 0)
    done.value = [...done.value, made]
    const sent = line.then(() => calls.decide(row, decision)).then(
      (answer) => {
        done.value = done.value.map((one) => (one === made ? { ...made, answer } : one))
      },
      (error: unknown) => {
        done.value = done.value.filter((one) => one !== made)
        // A refusal that says what stands is a lost race; any other leaves the pair where it was.
        if (error instanceof Problem && error.status === 409 && error.current) return calls.lost(row, error.current)
        waiting.value += 1
        bringBack(row)
        problem.value = error
      },
    )
    line = sent
    void refill()
    return sent
  }

  /** Takes the last decision back, after it has arrived; what is decided meanwhile waits for that. */
  async function undo(): Promise<Decided<R, A> | null> {
    const last = done.value[done.value.length - 1]
    if (!last || busy.value) return null
    busy.value = true
    problem.value = null
    const taken = line.then(async () => {
      const arrived = done.value.find((one) => one.row.id === last.row.id)
      if (!arrived || arrived.answer === null) return null
      const row = await calls.undo(arrived.row, arrived.answer)
      done.value = done.value.filter((one) => one !== arrived)
      waiting.value += 1
      bringBack(row)
      return arrived
    })
    line = taken.catch(() => null)
    try {
      return await taken
    } catch (error) {
      problem.value = error
      return null
    } finally {
      busy.value = false
    }
  }
  const hourly = computed(() => pace(done.value.map((one) => one.at), calls.now()))

  return { queue, at, current, following, waiting, done, state, problem, busy, hourly, start, move, decide, undo }
}
