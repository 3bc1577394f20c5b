/** Seconds that run out by the clock, so that a page in the background does not keep what was shown. */
import { computed, onUnmounted, ref } from 'vue'

export function countdown(over: () => void, clock: () => number = Date.now) {
  const end = ref(0)
  const moment = ref(0)
  let timer: ReturnType<typeof setInterval> | undefined
  const left = computed(() => Math.max(0, Math.ceil((end.value - moment.value) / 1000)))

  function stop() {
    clearInterval(timer)
    timer = undefined
    end.value = 0
    moment.value = 0
  }
  function look() {
    moment.value = clock()
    if (left.value > 0) return
    stop()
    over()
  }
  function start(seconds: number) {
    stop()
    moment.value = clock()
    end.value = moment.value + seconds * 1000
    timer = setInterval(look, 500)
  }
  return { left, start, stop, look }
}

/** The same for a component: it ends with it, and is looked at when the page comes back into view. */
export function useCountdown(over: () => void) {
  const running = countdown(over)
  const seen = () => running.left.value > 0 && running.look()
  document.addEventListener('visibilitychange', seen)
  onUnmounted(() => {
    document.removeEventListener('visibilitychange', seen)
    running.stop()
  })
  return running
}
