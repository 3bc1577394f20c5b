import { describe, expect, it } from 'vitest'
import { layOut, widthOf } from '../office/catalogue/flow-layout'
import { holidaysOf, monthsOf } from '../office/catalogue/year'
import type { CalendarYear, Flow } from '../shared/api/rooms'

const notice: CalendarYear = {
  year: 2026, status: 'known', edition: 1, published_at: '2025-11-04T00:00:00Z',
  days: [
    { date: '2026-01-01', name: 'new year', off: true }, { date: '2026-01-02', name: 'new year', off: true },
    { date: '2026-01-03', name: 'new year', off: true }, { date: '2026-01-04', name: 'new year', off: false },
  ],
}

describe('a year', () => {
  it('marks days off, worked weekends and plain weekends', () => {
    const [january] = monthsOf(2026, [notice])
    expect(january?.days.slice(0, 5).map((day) => day.kind)).toEqual(['off', 'off', 'off', 'makeup', 'work'])
    expect(january?.days[9]?.kind).toBe('weekend')
    // The first of January 2026 is a Thursday: three empty places before it.
    expect(january?.lead).toBe(3)
  })
  it('has all its days, the leap day too', () => {
    expect(monthsOf(2028, []).flatMap((month) => month.days)).toHaveLength(366)
  })
  it('gathers a holiday with the days worked for it', () => {
    expect(holidaysOf(notice)).toEqual([{ name: 'new year', from: '2026-01-01', to: '2026-01-03', days: 3, makeups: ['2026-01-04'] }])
  })
})

const text = (word: string) => ({ zh: word, en: word })
const state = (key: string, final = false) => ({ key, name: text(key), final })
const action = (key: string, from: string[], to: string) => ({ key, name: text(key), from, to, who: [], needs: [] })
const flow: Flow = {
  key: 'case', name: text('case'), version: 1, effective_from: '2026-01-01T00:00:00Z', findings: [],
  states: [state('reported'), state('rejected', true), state('accepted'), state('handling'), state('closed', true)],
  actions: [
    action('accept', ['reported'], 'accepted'), action('reject', ['reported'], 'rejected'), action('dispatch', ['accepted'], 'handling'),
    action('return', ['handling'], 'accepted'), action('close', ['handling'], 'closed'), action('settle', ['reported', 'accepted'], 'closed'),
    action('reopen', ['closed'], 'accepted'),
  ],
}

describe('the picture of a flow', () => {
  const picture = layOut(flow, (one) => one.name.en, (one) => one.name.en)
  it('stands on the longest way from the start to an end', () => {
    expect(picture.nodes.map((node) => node.state.key)).toEqual(['reported', 'accepted', 'handling', 'closed', 'rejected'])
    expect(picture.nodes[0]?.start).toBe(true)
    expect(picture.straights.map((one) => one.actions.map((two) => two.key).join())).toEqual(['accept', 'dispatch', 'close'])
  })
  it('runs skips on the right and ways back on the left', () => {
    expect(picture.lanes.filter((lane) => lane.side > 0).map((lane) => lane.action.key).sort()).toEqual(['reject', 'settle'])
    expect(picture.lanes.filter((lane) => lane.side < 0).map((lane) => lane.action.key).sort()).toEqual(['reopen', 'return'])
  })
  it('keeps the words of overlapping lanes apart', () => {
    for (const side of [1, -1]) {
      const [near, far] = picture.lanes.filter((lane) => lane.side === side).sort((a, b) => Math.abs(a.x) - Math.abs(b.x))
      if (near && far) expect(Math.abs(far.x - near.x)).toBeGreaterThan((widthOf(near.text) + widthOf(far.text)) / 2)
    }
  })
  it('shows a flow without an end and a state out of reach', () => {
    const broken: Flow = { ...flow, states: [state('a'), state('b'), state('lost')], actions: [action('go', ['a'], 'b'), action('back', ['b'], 'a')] }
    expect(layOut(broken, (one) => one.key, (one) => one.key).nodes).toHaveLength(3)
  })
})
