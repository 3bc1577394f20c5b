/** A flow as a picture: states stand in layers along the longest way, actions that skip or go back run in lanes beside them. */
import type { Flow, FlowAction, FlowState } from '../../shared/api/rooms'

export interface Node { state: FlowState; y: number; start: boolean }
export interface Straight { actions: FlowAction[]; from: number; to: number }
export interface Lane { action: FlowAction; side: 1 | -1; x: number; from: number[]; to: number; text: string; middle: number }
export interface Picture { width: number; nodes: Node[]; straights: Straight[]; lanes: Lane[]; left: number; right: number; height: number }

export const row = 78
export const box = { least: 128, height: 40 }

/** The longest way without a circle from a state to an end. */
function longest(flow: Flow, start: string): string[] {
  const ends = new Set(flow.states.filter((state) => state.final).map((state) => state.key))
  let best: string[] = [start]
  let bestEnds = false
  let tries = 0
  const walk = (key: string, path: string[]) => {
    tries += 1
    const atEnd = ends.has(key)
    if ((atEnd && !bestEnds) || (atEnd === bestEnds && path.length > best.length)) [best, bestEnds] = [path, atEnd]
    // An end is the end of the picture's spine, also when one may be reopened.
    if (atEnd || tries > 20_000) return
    for (const action of flow.actions) {
      if (action.from.includes(key) && !path.includes(action.to)) walk(action.to, [...path, action.to])
    }
  }
  walk(start, [start])
  return best
}

/** Roughly how wide a label is at 12 px: Chinese characters are square, Latin ones about half. */
export function widthOf(text: string): number {
  return [...text].reduce((sum, letter) => sum + (letter.charCodeAt(0) > 0x2e7f ? 12.5 : 6.6), 0)
}

export function layOut(flow: Flow, label: (action: FlowAction) => string, title: (state: FlowState) => string): Picture {
  const reached = new Set(flow.actions.map((action) => action.to))
  const first = flow.states.find((state) => !reached.has(state.key)) ?? flow.states[0]
  const spine = first ? longest(flow, first.key) : []
  const keys = [...spine, ...flow.states.map((state) => state.key).filter((key) => !spine.includes(key))]
  const rowOf = new Map(keys.map((key, index) => [key, index]))
  const nodes = keys.flatMap((key, index) => {
    const state = flow.states.find((one) => one.key === key)
    return state ? [{ state, y: index * row, start: key === first?.key }] : []
  })

  const straights: Straight[] = []
  const waiting: Omit<Lane, 'x' | 'middle'>[] = []
  for (const action of flow.actions) {
    const to = rowOf.get(action.to)
    if (to === undefined) continue
    const from = action.from.flatMap((key) => rowOf.get(key) ?? [])
    const next = from.filter((at) => at + 1 === to && to < spine.length)
    for (const at of next) {
      const same = straights.find((one) => one.from === at)
      if (same) same.actions.push(action)
      else straights.push({ actions: [action], from: at, to })
    }
    for (const side of [1, -1] as const) {
      const rest = from.filter((at) => !next.includes(at) && (side === 1 ? at < to : at >= to))
      if (rest.length) waiting.push({ action, side, from: rest, to, text: label(action) })
    }
  }
  // State names are set at 14 px.
  const width = Math.max(box.least, ...flow.states.map((state) => Math.ceil((widthOf(title(state)) * 14) / 12) + 28))
  return { width, nodes, straights, ...lanes(waiting, straights, label, width), height: keys.length * row - row + box.height }
}

/** Short lanes run close to the states; lanes that overlap in height stand beside each other. */
function lanes(waiting: Omit<Lane, 'x' | 'middle'>[], straights: Straight[], label: (action: FlowAction) => string, width: number) {
  const span = (lane: Omit<Lane, 'x' | 'middle'>): [number, number] => [Math.min(lane.to, ...lane.from), Math.max(lane.to, ...lane.from)]
  const beside = Math.max(0, ...straights.map((one) => widthOf(one.actions.map(label).join(' / ')) + 18))
  const placed: Lane[] = []
  const edge = { 1: 0, [-1]: 0 }
  for (const side of [1, -1] as const) {
    const mine = waiting.filter((lane) => lane.side === side).sort((a, b) => span(a)[1] - span(a)[0] - (span(b)[1] - span(b)[0]))
    const columns: { lanes: typeof mine; width: number }[] = []
    for (const lane of mine) {
      const [top, bottom] = span(lane)
      const free = columns.find((column) => column.lanes.every((other) => bottom < span(other)[0] || top > span(other)[1]))
      const column = free ?? { lanes: [], width: 0 }
      if (!free) columns.push(column)
      column.lanes.push(lane)
      column.width = Math.max(column.width, widthOf(lane.text) + 20)
    }
    // On the right the labels of the straight steps need their place first.
    let x = width / 2 + (side === 1 ? Math.max(0, beside - width / 2) : 0) + 8
    for (const column of columns) {
      for (const lane of column.lanes) {
        const [top, bottom] = span(lane)
        // Words stand between two states, where no stub of another action passes.
        placed.push({ ...lane, x: side * (x + column.width / 2), middle: (Math.floor((top + bottom - 0.5) / 2) + 0.5) * row + box.height / 2 })
      }
      x += column.width
    }
    edge[side] = x
  }
  return { lanes: placed, left: edge[-1] + 8, right: edge[1] + 8 }
}
