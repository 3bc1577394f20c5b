/** What a person chose for this browser: text size and row density. */
import { ref } from 'vue'

export type TextSize = 'normal' | 'large' | 'largest'
export type Density = 'compact' | 'roomy'

const read = (name: string) => localStorage.getItem(`wangge.${name}`)
export const textSize = ref<TextSize>((read('text') as TextSize | null) ?? 'normal')
export const density = ref<Density>((read('density') as Density | null) ?? 'roomy')

export function applyPreferences() {
  const root = document.documentElement
  root.dataset['text'] = textSize.value
  root.dataset['density'] = density.value
  localStorage.setItem('wangge.text', textSize.value)
  localStorage.setItem('wangge.density', density.value)
}
