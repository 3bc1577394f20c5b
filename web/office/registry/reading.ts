/** Reading something personal. Each read is entered in the ledger, so none happens unasked: nothing is read again by itself. */
import { computed, shallowRef, watch } from 'vue'

/** Reads when `key` changes, and when it is asked to; an answer that was overtaken is dropped. */
export function useReading<K, T>(key: { readonly value: K | null }, read: (key: K) => Promise<T>) {
  const data = shallowRef<T | null>(null)
  const error = shallowRef<unknown>(null)
  const busy = shallowRef(false)
  let asked = 0

  async function reload() {
    asked += 1
    const mine = asked
    error.value = null
    if (key.value === null) {
      data.value = null
      busy.value = false
      return
    }
    busy.value = true
    try {
      const answer = await read(key.value)
      if (mine === asked) data.value = answer
    } catch (problem) {
      if (mine !== asked) return
      data.value = null
      error.value = problem
    }
    if (mine === asked) busy.value = false
  }
  watch(() => JSON.stringify(key.value), () => void reload(), { immediate: true })
  const loading = computed(() => busy.value && data.value === null)
  return { data, error, busy, loading, reload }
}
