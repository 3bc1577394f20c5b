/** Why somebody looks: asked before anything personal is shown, remembered for the case until the half hour is over. */
import { computed, ref } from 'vue'
import type { Why } from '../../shared/api/paths'
import { now } from '../../shared/moments'
import { useTick } from '../../shared/ui/tick'
import { useSession } from '../session'

/** A purpose in use, and the number of the case or the matter that it is about: the resident reads both. */
export interface Reason { purpose: string; about: string; post: string; until: number }
/** The purpose in use, and the one last used for each matter. */
export interface Memory { reason: Reason | null; before: Record<string, string> }

const halfHour = 30 * 60_000
const stored = 'wangge.why'
/** Older matters are forgotten first. */
const most = 20

/** The purpose still holds: for this post, and not longer than it was given for. */
export function holding(memory: Memory, post: string | undefined, moment: number): Reason | null {
  const { reason } = memory
  return reason && reason.post === post && moment < reason.until ? reason : null
}

/** What is remembered once somebody has said why. */
export function remembered(memory: Memory, said: Omit<Reason, 'until'>, moment: number): Memory {
  const others = Object.entries(memory.before).filter(([about]) => about !== said.about)
  return {
    reason: { ...said, until: moment + halfHour },
    before: Object.fromEntries([...others, [said.about, said.purpose]].slice(-most)),
  }
}

/** What was remembered, whatever the store holds. */
export function recalled(text: string | null): Memory {
  try {
    const found = JSON.parse(text ?? '') as Partial<Memory>
    return { reason: found.reason ?? null, before: found.before ?? {} }
  } catch {
    return { reason: null, before: {} }
  }
}

const memory = ref<Memory | null>(null)
function kept(): Memory {
  memory.value ??= recalled(sessionStorage.getItem(stored))
  return memory.value
}
function keep(fresh: Memory) {
  memory.value = fresh
  sessionStorage.setItem(stored, JSON.stringify(fresh))
}

export function useWhy() {
  const session = useSession()
  const tick = useTick()
  const reason = computed(() => {
    void tick.value
    return holding(kept(), session.post?.id, now())
  })
  /** As the calls send it. */
  const why = computed<Why | null>(() => (reason.value ? { purpose: reason.value.purpose, ...(reason.value.about ? { about: reason.value.about } : {}) } : null))
  const minutesLeft = computed(() => {
    void tick.value
    return reason.value ? Math.max(1, Math.ceil((reason.value.until - now()) / 60_000)) : 0
  })

  function say(purpose: string, about: string) {
    keep(remembered(kept(), { purpose, about, post: session.post?.id ?? '' }, now()))
  }
  /** The purpose has to be chosen again; what was chosen for each matter stays known. */
  function forget() {
    keep({ ...kept(), reason: null })
  }
  const before = (about: string) => kept().before[about] ?? null
  return { reason, why, minutesLeft, say, forget, before }
}
