/** Taking a step: a second click is the same click, and a lost race says who was first. */
import { ref } from 'vue'
import { api, freshKey, Problem } from '../../shared/api/client'
import type { Order, Step, StepIn } from '../../shared/api/types'
import { readOrder, useOrderCache } from './order-data'

/** What somebody else did while we were looking. */
export interface LostRace { order: Order; steps: Step[]; wanted: StepIn }

export function useStepTaking() {
  const cache = useOrderCache()
  const busy = ref(false)
  const problem = ref<unknown>(null)
  const lost = ref<LostRace | null>(null)
  // The same step on the same version keeps its key until it has come through.
  let intended = { of: '', key: '' }

  function keyFor(order: Order, step: StepIn): string {
    const of = `${order.id} ${order.version} ${step.action}`
    if (intended.of !== of) intended = { of, key: freshKey() }
    return intended.key
  }

  async function take(order: Order, step: StepIn): Promise<Order | null> {
    if (busy.value) return null
    busy.value = true
    problem.value = null
    lost.value = null
    try {
      const changed = await api.post('/orders/{id}/steps', step, { path: { id: order.id }, version: order.version, key: keyFor(order, step) })
      intended = { of: '', key: '' }
      cache.learn(changed)
      return changed
    } catch (error) {
      // Corrected words are a new intention; a broken line is the old one.
      if (error instanceof Problem && error.status !== 0 && error.status < 500) intended = { of: '', key: '' }
      if (error instanceof Problem && error.status === 409) lost.value = await whatHappened(order, step).catch(() => null)
      if (!lost.value) problem.value = error
      return null
    } finally {
      busy.value = false
    }
  }

  async function whatHappened(before: Order, wanted: StepIn): Promise<LostRace> {
    const [order, steps] = await Promise.all([readOrder(before.id), api.get('/orders/{id}/steps', { path: { id: before.id }, query: { limit: 200 } })])
    cache.learn(order)
    const lately = order.version - before.version
    return { order, steps: lately > 0 ? steps.items.slice(-lately) : steps.items.slice(-1), wanted }
  }

  function forget() {
    problem.value = null
    lost.value = null
  }
  return { busy, problem, lost, take, forget }
}
