/** What a link has narrowed the list to; it stays in the address until somebody takes it off. */
import { computed } from 'vue'
import type { RouteLocationNormalizedLoaded } from 'vue-router'

const names = ['area', 'organisation', 'class'] as const
export type Narrowing = Partial<Record<(typeof names)[number], string>>

export function useNarrowing(route: RouteLocationNormalizedLoaded) {
  return computed<Narrowing>((before) => {
    const found: Narrowing = {}
    for (const name of names) {
      const value = route.query[name]
      if (typeof value === 'string' && value) found[name] = value
    }
    // The same narrowing is the same object, so that a change of the selection does not ask for the list again.
    return before && names.every((name) => before[name] === found[name]) ? before : found
  })
}
