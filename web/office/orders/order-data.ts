/** One case with its history and comments, as the server has it now. */
import { computed, type Ref } from 'vue'
import { useQuery, useQueryClient } from '@tanstack/vue-query'
import { api } from '../../shared/api/client'
import type { Order } from '../../shared/api/types'

export const orderKey = (id: string) => ['order', id]
export const readOrder = (id: string) => api.get('/orders/{id}', { path: { id } })

export function useOrder(id: Ref<string | null>) {
  return useQuery({
    queryKey: computed(() => orderKey(id.value ?? '')),
    queryFn: () => readOrder(id.value ?? ''),
    enabled: computed(() => id.value !== null),
    staleTime: 5_000,
  })
}

export function useSteps(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...orderKey(id.value), 'steps']),
    queryFn: async () => (await api.get('/orders/{id}/steps', { path: { id: id.value }, query: { limit: 200 } })).items,
  })
}

export function useComments(id: Ref<string>) {
  return useQuery({
    queryKey: computed(() => [...orderKey(id.value), 'comments']),
    queryFn: async () => (await api.get('/orders/{id}/comments', { path: { id: id.value }, query: { limit: 200 } })).items,
  })
}

/** What the pages know of a case, made to agree with an answer of the server. */
export function useOrderCache() {
  const queries = useQueryClient()
  return {
    learn(order: Order) {
      queries.setQueryData(orderKey(order.id), order)
      void queries.invalidateQueries({ queryKey: [...orderKey(order.id), 'steps'] })
      void queries.invalidateQueries({ queryKey: ['counts'] })
    },
    prefetch: (id: string) => void queries.prefetchQuery({ queryKey: orderKey(id), queryFn: () => readOrder(id), staleTime: 5_000 }),
  }
}
