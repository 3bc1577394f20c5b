/** One change at a time, and a second click is the same click. */
import { ref } from 'vue'
import { freshKey, Problem } from '../../shared/api/client'

export function useActing() {
  const busy = ref(false)
  const problem = ref<unknown>(null)
  let key = freshKey()

  /** What the change answers; `null` when it was refused or another one is under way. */
  async function act<T>(doing: (key: string) => Promise<T>): Promise<T | null> {
    if (busy.value) return null
    busy.value = true
    problem.value = null
    try {
      const answer = await doing(key)
      key = freshKey()
      return answer
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
