/** Short news at the foot of the page: what was done, and for a while the way back. */
import { ref } from 'vue'

export interface Notice { id: number; text: string; tone: 'done' | 'trouble'; action?: { text: string; run: () => void } }

export const notices = ref<Notice[]>([])
let ids = 0

export function dismiss(id: number): void {
  notices.value = notices.value.filter((notice) => notice.id !== id)
}

/** Says it for six seconds; ten when there is something to press. */
export function notify(text: string, options: { tone?: Notice['tone']; action?: Notice['action'] } = {}): void {
  ids += 1
  const id = ids
  const notice: Notice = { id, text, tone: options.tone ?? 'done', ...(options.action ? { action: options.action } : {}) }
  notices.value = [...notices.value.slice(-2), notice]
  setTimeout(() => dismiss(id), options.action || options.tone === 'trouble' ? 10_000 : 6_000)
}
