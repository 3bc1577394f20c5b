/** The order of the questions, one on each page. */
import { computed } from 'vue'
import { go, place } from '../router'

export const steps = ['photo', 'place', 'nearby', 'class', 'words', 'phone', 'check'] as const
export type Step = (typeof steps)[number]

export const isStep = (text: string): text is Step => (steps as readonly string[]).includes(text)

// Nearby cases are information, not a question, so they are not counted.
const counted = steps.filter((step) => step !== 'nearby')
export const numberOf = (step: Step) => counted.indexOf(step === 'nearby' ? 'place' : step) + 1
export const howMany = counted.length

/** Moves between the questions; a change made from the check page leads back to it. */
export function useSteps(step: Step) {
  const changing = computed(() => place.query['change'] !== undefined)
  const to = (target: Step) => go({ name: 'step', params: { step: target } })
  function next() {
    // A new place asks about its neighbours again.
    if (changing.value && step !== 'place') return to('check')
    const following = steps[steps.indexOf(step) + 1] ?? 'check'
    return go({ name: 'step', params: { step: following }, query: changing.value ? { change: '' } : {} })
  }
  return { next, to, changing }
}
