/** Live news of the street: one connection for the whole office, resumed by the browser where it broke off. */
import { onBeforeUnmount, onMounted, ref } from 'vue'
import type { OrderEvent } from '../../shared/api/types'
import { url } from '../../shared/api/client'

export interface LiveNews {
  order?: (event: OrderEvent) => void
  /** Too much was missed: read everything anew. */
  reset?: () => void
}

/** False while the connection is broken; what is on the screen may be old. */
export const live = ref(true)
const listeners = new Set<LiveNews>()
let source: EventSource | null = null
let retry: ReturnType<typeof setTimeout> | undefined
let lostSince = 0

/** Calls back on news while the component is on the page. */
export function useLive(news: LiveNews): void {
  onMounted(() => listeners.add(news))
  onBeforeUnmount(() => listeners.delete(news))
}

export function startLive(): void {
  stopLive()
  source = new EventSource(url('/events'))
  source.addEventListener('order', (message) => {
    const event = parse(message.data)
    if (event) for (const listener of listeners) listener.order?.(event)
  })
  source.addEventListener('reset', () => listeners.forEach((listener) => listener.reset?.()))
  source.onopen = () => {
    live.value = true
    // The browser resumes only a connection of its own; after a new one the gap is unknown.
    if (lostSince) listeners.forEach((listener) => listener.reset?.())
    lostSince = 0
  }
  source.onerror = () => {
    live.value = false
    if (source?.readyState !== EventSource.CLOSED) return
    lostSince = Date.now()
    retry = setTimeout(startLive, 5_000)
  }
}

export function stopLive(): void {
  clearTimeout(retry)
  source?.close()
  source = null
}

function parse(data: unknown): OrderEvent | null {
  try {
    return JSON.parse(String(data)) as OrderEvent
  } catch {
    return null
  }
}
