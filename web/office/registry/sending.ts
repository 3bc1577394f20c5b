/** Sending a form once: busy while it is under way, and what went wrong. */
import { ref } from 'vue'

export function useSending() {
  const busy = ref(false)
  const problem = ref<unknown>(null)
  /** Answers whether it went through. */
  async function send(run: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false
    busy.value = true
    problem.value = null
    try {
      await run()
      return true
    } catch (error) {
      problem.value = error
      return false
    } finally {
      busy.value = false
    }
  }
  return { busy, problem, send }
}
