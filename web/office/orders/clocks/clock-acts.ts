/** Acts on who minds a case's clocks: a second click is the same click, and the pages learn the answer. */
import { ref } from 'vue'
import { useQueryClient } from '@tanstack/vue-query'
import { api, freshKey, Problem } from '../../../shared/api/client'
import type { Order } from '../../../shared/api/types'
import { useOrderCache } from '../order-data'

type Doing = (key: string) => Promise<Order>

export function useClockAct() {
  const cache = useOrderCache()
  const queries = useQueryClient()
  const busy = ref(false)
  const problem = ref<unknown>(null)
  let key = freshKey()

  async function act(doing: Doing): Promise<Order | null> {
    if (busy.value) return null
    busy.value = true
    problem.value = null
    try {
      const changed = await doing(key)
      key = freshKey()
      cache.learn(changed)
      void queries.invalidateQueries({ queryKey: ['requests'] })
      return changed
    } catch (error) {
      // Corrected words are a new intention; a broken line is the old one.
      if (error instanceof Problem && error.status !== 0 && error.status < 500) key = freshKey()
      problem.value = error
      return null
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, act, forget: () => (problem.value = null) }
}

type RequestIn = Parameters<typeof api.post<'/orders/{id}/requests'>>[1]

export const ask = (id: string, body: RequestIn) => (key: string) => api.post('/orders/{id}/requests', body, { path: { id }, key })
export const endorse = (id: string, request: string) => (key: string) =>
  api.post('/orders/{id}/requests/{request}/endorse', {}, { path: { id, request }, key })
export const decide = (id: string, request: string, approve: boolean, note: string) => (key: string) =>
  api.post('/orders/{id}/requests/{request}/decision', { approve, note: note || null }, { path: { id, request }, key })
export const resume = (id: string) => (key: string) => api.post('/orders/{id}/resume', {}, { path: { id }, key })
export const supervise = (id: string, text: string, reply_by: string) => (key: string) =>
  api.post('/orders/{id}/supervisions', { text, reply_by }, { path: { id }, key })
export const reply = (id: string, supervision: string, text: string) => (key: string) =>
  api.post('/orders/{id}/supervisions/{supervision}/reply', { text }, { path: { id, supervision }, key })
export const lift = (id: string, supervision: string, note: string) => (key: string) =>
  api.post('/orders/{id}/supervisions/{supervision}/lift', { note: note || null }, { path: { id, supervision }, key })
export const acknowledge = (id: string, escalation: string) => (key: string) =>
  api.post('/orders/{id}/escalations/{escalation}/acknowledge', undefined, { path: { id, escalation }, key })

/** The moment at which a day begins in Beijing; the server moves it on to when the office opens. */
export const dayBegins = (day: string) => new Date(`${day}T00:00:00+08:00`).toISOString()
