/** What a person chose for this browser: text size and row density; kept and shown as soon as it is chosen. */
import { computed, ref, watchEffect } from 'vue'

export type TextSize = 'normal' | 'large' | 'largest'
export type Density = 'compact' | 'roomy'

function kept<T extends string>(name: string, allowed: readonly T[], otherwise: T): T {
  const value = localStorage.getItem(`wangge.${name}`)
  return allowed.find((one) => one === value) ?? otherwise
}
export const textSize = ref(kept<TextSize>('text', ['normal', 'large', 'largest'], 'normal'))
export const density = ref(kept<Density>('density', ['compact', 'roomy'], 'roomy'))

// What the person told the browser itself comes first; ours multiplies it, as tokens.css does.
const base = ref(16)
const scale: Record<TextSize, number> = { normal: 1, large: 1.125, largest: 1.25 }
const rowRems: Record<Density, number> = { compact: 2.5, roomy: 3.5 }
/** Height of a list's row in pixels, as tokens.css gives it. */
export const rowPixels = computed(() => rowRems[density.value] * base.value * scale[textSize.value])

export function applyPreferences(): void {
  const root = document.documentElement
  base.value = Number.parseFloat(getComputedStyle(root).fontSize) || 16
  watchEffect(() => {
    root.dataset['text'] = textSize.value
    root.dataset['density'] = density.value
    localStorage.setItem('wangge.text', textSize.value)
    localStorage.setItem('wangge.density', density.value)
  })
}
