/** What was typed into a new case, kept on this machine until it is entered; never the contact. */
import { reactive, ref, watch } from 'vue'
import type { Point } from '../../shared/api/types'
import { clockTime } from '../../shared/moments'

export interface Draft { class: string | null; description: string; point: Point | null; area: string | null; address: string; urgent: boolean }

const stored = 'wangge.order-draft'
const fresh = (): Draft => ({ class: null, description: '', point: null, area: null, address: '', urgent: false })

function kept(): Draft {
  try {
    return { ...fresh(), ...(JSON.parse(localStorage.getItem(stored) ?? '{}') as Partial<Draft>) }
  } catch {
    return fresh()
  }
}

export function useDraft() {
  const draft = reactive(kept())
  const keptAt = ref('')
  const touched = () => Boolean(draft.class ?? draft.point) || draft.description !== '' || draft.address !== ''
  const stop = watch(draft, () => {
    if (!touched()) return
    localStorage.setItem(stored, JSON.stringify(draft))
    keptAt.value = clockTime(Date.now())
  })
  function clear() {
    localStorage.removeItem(stored)
    Object.assign(draft, fresh())
    keptAt.value = ''
  }
  /** After it was entered: nothing of it stays behind. */
  function end() {
    stop()
    localStorage.removeItem(stored)
  }
  return { draft, keptAt, touched, clear, end }
}
