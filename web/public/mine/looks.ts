/** Lists of looks: page after page, each look once. */
import type { MineLook } from '../../shared/api/rooms'

/** The next page behind what is there; a look that came meanwhile moves the pages, and must not stand there twice. */
export function joined(before: readonly MineLook[], more: readonly MineLook[]): MineLook[] {
  const known = new Set(before.map((look) => look.id))
  return [...before, ...more.filter((look) => !known.has(look.id))]
}

/** The same look with the number of the question that was just asked about it. */
export function asked(looks: readonly MineLook[], id: string, number: string): MineLook[] {
  return looks.map((look) => (look.id === id ? { ...look, question: number } : look))
}
