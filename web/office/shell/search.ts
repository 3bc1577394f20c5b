/** The one search over cases, places and pages. */
import { ref } from 'vue'

/** Whether the search is open. */
export const searching = ref(false)

/** What the address bar of the map should show: a place that was found. */
export interface Found { kind: 'order' | 'place' | 'page'; id: string; title: string; detail: string; note: string; to: string }
