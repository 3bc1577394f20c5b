/** Rows chosen for doing the same with all of them. */
import { computed, ref, watch, type Ref } from 'vue'
import type { OrderRow } from '../../shared/api/types'

export function useMarks(rows: Ref<OrderRow[]>, selected: Ref<string | null>) {
  const marked = ref(new Set<string>())
  let last: string | null = null

  function mark(range: boolean) {
    const id = selected.value
    if (!id) return
    const next = new Set(marked.value)
    const [from, to] = [rows.value.findIndex((row) => row.id === last), rows.value.findIndex((row) => row.id === id)]
    if (range && from >= 0 && to >= 0) {
      for (const row of rows.value.slice(Math.min(from, to), Math.max(from, to) + 1)) next.add(row.id)
    } else if (!next.delete(id)) next.add(id)
    last = id
    marked.value = next
  }
  function drop(ids: string[]) {
    marked.value = new Set([...marked.value].filter((id) => !ids.includes(id)))
  }
  function clear() {
    last = null
    marked.value = new Set()
  }
  // What left the list is not acted upon unseen.
  watch(rows, (now) => {
    const here = new Set(now.map((row) => row.id))
    if ([...marked.value].some((id) => !here.has(id))) marked.value = new Set([...marked.value].filter((id) => here.has(id)))
  })
  const chosen = computed(() => rows.value.filter((row) => marked.value.has(row.id)))
  return { marked, chosen, mark, drop, clear }
}
