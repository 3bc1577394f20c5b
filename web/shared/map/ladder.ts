/** Five steps of load: how many open orders a grid carries, as one sequence from blue to ink. */
import type { GridLoad } from '../api/rooms'

export interface Step { from: number; to: number; shade: number }

/** Steps that each hold about a fifth of the grids with work; fewer when the numbers hardly differ. */
export function ladder(loads: GridLoad[]): Step[] {
  const open = loads.map((load) => load.open).filter((count) => count > 0).sort((a, b) => a - b)
  const most = open[open.length - 1]
  if (most === undefined) return []
  const starts = [1]
  for (let part = 1; part < 5; part += 1) {
    // Up to five different numbers need no grouping.
    const start = most <= 5 ? part + 1 : round(open[Math.floor((open.length * part) / 5)] ?? most)
    if (start > (starts[starts.length - 1] ?? 0) && start <= most) starts.push(start)
  }
  return starts.map((from, index) => {
    const next = starts[index + 1]
    // Few steps leave out the palest, and the darkest always means the most.
    const lowest = starts.length === 5 ? 1 : 2
    const shade = starts.length === 1 ? 3 : lowest + Math.round((index * (5 - lowest)) / (starts.length - 1))
    return { from, to: next === undefined ? Math.max(most, from) : next - 1, shade }
  })
}

/** The shade (1–5) of a count; 0 when there is nothing to do. */
export function shadeOf(steps: Step[], open: number): number {
  let shade = 0
  for (const step of steps) if (open >= step.from) shade = step.shade
  return shade
}

// Two figures are enough for a legend.
function round(count: number): number {
  if (count < 20) return count
  const unit = count < 100 ? 5 : 10 ** (String(count).length - 2)
  return Math.round(count / unit) * unit
}
