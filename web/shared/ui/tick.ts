/** One timer for all that counts down; it runs only while something on the page needs it. */
import { onMounted, onUnmounted, readonly, ref } from 'vue'

const tick = ref(0)
let users = 0
let timer: ReturnType<typeof setInterval> | undefined

/** Changes every 30 seconds while the component is shown. */
export function useTick() {
  onMounted(() => {
    users += 1
    timer ??= setInterval(() => (tick.value += 1), 30_000)
  })
  onUnmounted(() => {
    users -= 1
    if (users === 0) {
      clearInterval(timer)
      timer = undefined
    }
  })
  return readonly(tick)
}
