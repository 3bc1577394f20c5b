/** Whether the browser says that it has a network; what it says is a hint, the answer to a request is the proof. */
import { readonly, ref } from 'vue'

const state = ref(navigator.onLine)
window.addEventListener('online', () => (state.value = true))
window.addEventListener('offline', () => (state.value = false))

export const online = readonly(state)
