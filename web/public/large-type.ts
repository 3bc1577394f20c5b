/** Large type for older people: one switch, remembered in this browser. */
import { ref } from 'vue'

const stored = 'wangge.large'
export const largeType = ref(localStorage.getItem(stored) === 'yes')

export function applyLargeType() {
  document.documentElement.toggleAttribute('data-large', largeType.value)
  localStorage.setItem(stored, largeType.value ? 'yes' : 'no')
}

export function switchLargeType() {
  largeType.value = !largeType.value
  applyLargeType()
}
