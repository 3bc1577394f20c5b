/** A building drawn as it stands: units side by side, floors on top of each other. */
import type { Flat } from './types'

export interface Level { floor: number | null; cells: Flat[][] }
export interface Plan { units: string[]; levels: Level[] }

/** Numbers within words count as numbers: unit 2 before unit 10. */
const inOrder = new Intl.Collator('zh-CN', { numeric: true }).compare
const byRoom = (a: Flat, b: Flat) => inOrder(a.room, b.room) || a.id.localeCompare(b.id)

/** The top floor comes first; what has no floor comes last. */
export function planOf(flats: Flat[]): Plan {
  const units = [...new Set(flats.map((flat) => flat.unit))].sort(inOrder)
  const floors = [...new Set(flats.map((flat) => flat.floor))].sort((a, b) => (b ?? -Infinity) - (a ?? -Infinity))
  const at = (floor: number | null, unit: string) => flats.filter((flat) => flat.floor === floor && flat.unit === unit).sort(byRoom)
  return { units, levels: floors.map((floor) => ({ floor, cells: units.map((unit) => at(floor, unit)) })) }
}

/** The dwelling that an arrow key leads to from this one; the same where the building ends. */
export function step(plan: Plan, from: string, key: string): string {
  const rows = plan.levels.map((level) => level.cells.flatMap((cell, unit) => cell.map((flat, nth) => ({ id: flat.id, unit, nth }))))
  const row = rows.findIndex((flats) => flats.some((flat) => flat.id === from))
  const here = rows[row]
  const at = here?.findIndex((flat) => flat.id === from) ?? -1
  const place = here?.[at]
  if (!here || !place) return from
  if (key === 'ArrowRight') return here[at + 1]?.id ?? from
  if (key === 'ArrowLeft') return here[at - 1]?.id ?? from
  if (key === 'Home') return here[0]?.id ?? from
  if (key === 'End') return here[here.length - 1]?.id ?? from
  const by = key === 'ArrowDown' ? 1 : key === 'ArrowUp' ? -1 : 0
  // Straight up or down in the same unit; a floor without one there is passed over.
  for (let next = row + by; by !== 0 && rows[next]; next += by) {
    const above = rows[next]?.filter((flat) => flat.unit === place.unit) ?? []
    const nearest = above[Math.min(place.nth, above.length - 1)]
    if (nearest) return nearest.id
  }
  return from
}
