import './browser'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { countdown } from '../office/registry/countdown'
import { ageOf, lasts } from '../office/registry/days'
import { planOf, step } from '../office/registry/floor-plan'
import { groupsOf, isNear, rowsOf } from '../office/registry/found'
import { ages, pyramidOf, scaleOf } from '../office/registry/pyramid'
import { relationKey } from '../office/registry/relations'
import type { Flat, Found } from '../office/registry/types'
import { holding, recalled, remembered, type Memory } from '../office/registry/why'

describe('the purpose of looking', () => {
  const none: Memory = { reason: null, before: {} }
  const said = { purpose: 'order', about: '006-1', post: 'pst_1' }
  const minute = 60_000
  it('holds for half an hour', () => {
    const memory = remembered(none, said, 0)
    expect(holding(memory, 'pst_1', 30 * minute - 1)?.purpose).toBe('order')
    expect(holding(memory, 'pst_1', 30 * minute)).toBeNull()
  })
  it('does not go along to another post', () => expect(holding(remembered(none, said, 0), 'pst_2', 1)).toBeNull())
  it('is known again for the same matter, the latest one', () => {
    const memory = remembered(remembered(remembered(none, said, 0), { ...said, about: 'x', purpose: 'visit' }, 1), { ...said, purpose: 'emergency' }, 2)
    expect(memory.before).toEqual({ x: 'visit', '006-1': 'emergency' })
  })
  it('is kept for no more than twenty matters', () => {
    let memory = none
    for (let nth = 0; nth < 30; nth += 1) memory = remembered(memory, { ...said, about: `m${nth}` }, nth)
    expect(Object.keys(memory.before)).toEqual(Array.from({ length: 20 }, (_, nth) => `m${nth + 10}`))
  })
  it('comes back from the store as it was put there', () => {
    const memory = remembered(none, said, 7)
    expect(recalled(JSON.stringify(memory))).toEqual(memory)
  })
  it.each([null, '', 'nonsense', '{}', '[]'])('is asked again when the store holds %j', (text) => expect(recalled(text)).toEqual(none))
})

describe('what is shown in clear', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  it('is gone after its seconds, once', () => {
    const over = vi.fn()
    const running = countdown(over)
    running.start(60)
    expect(running.left.value).toBe(60)
    vi.advanceTimersByTime(59_000)
    expect([running.left.value, over.mock.calls.length]).toEqual([1, 0])
    vi.advanceTimersByTime(5_000)
    expect([running.left.value, over.mock.calls.length]).toEqual([0, 1])
  })
  it('is gone when the page comes back later, though no timer ran', () => {
    const over = vi.fn()
    let clock = 1_000
    const running = countdown(over, () => clock)
    running.start(60)
    clock += 3_600_000
    running.look()
    expect(over).toHaveBeenCalledOnce()
  })
  it('may be hidden before', () => {
    const over = vi.fn()
    const running = countdown(over)
    running.start(60)
    running.stop()
    vi.advanceTimersByTime(120_000)
    expect([running.left.value, over.mock.calls.length]).toEqual([0, 0])
  })
})

const flat = (unit: string, floor: number | null, room: string): Flat => ({ id: `${unit}-${room}`, version: 1, unit, floor, room, usage: 'owner', usage_at: null, people: 0, closed_at: null })

describe('a floor plan', () => {
  const flats = [flat('10', 1, '101'), flat('2', 1, '102'), flat('2', 1, '101'), flat('2', 3, '301'), flat('10', 2, '201'), flat('2', null, 'A')]
  const plan = planOf(flats)
  it('has its units side by side, by their numbers', () => expect(plan.units).toEqual(['2', '10']))
  it('has the top floor on top, and what has no floor at the end', () => expect(plan.levels.map((level) => level.floor)).toEqual([3, 2, 1, null]))
  it('has every dwelling once, by room', () => {
    expect(plan.levels[2]?.cells.map((cell) => cell.map((one) => one.room))).toEqual([['101', '102'], ['101']])
    expect(plan.levels.flatMap((level) => level.cells.flat()).map((one) => one.id).sort()).toEqual(flats.map((one) => one.id).sort())
  })
  it('of nothing is empty', () => expect(planOf([])).toEqual({ units: [], levels: [] }))
  it.each([
    ['2-101', 'ArrowRight', '2-102'], ['2-102', 'ArrowRight', '10-101'], ['10-101', 'ArrowRight', '10-101'],
    ['10-101', 'ArrowLeft', '2-102'], ['2-101', 'ArrowLeft', '2-101'], ['10-101', 'Home', '2-101'], ['2-101', 'End', '10-101'],
    ['10-101', 'ArrowUp', '10-201'], ['2-102', 'ArrowUp', '2-301'], ['2-301', 'ArrowDown', '2-101'], ['10-201', 'ArrowUp', '10-201'], ['2-101', 'ArrowDown', '2-A'],
  ])('leads from %s by %s to %s', (from, key, to) => expect(step(plan, from, key)).toBe(to))
  it('can be walked to every dwelling', () => {
    const seen = new Set(['2-301'])
    for (const id of seen) for (const key of ['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight']) seen.add(step(plan, id, key))
    expect(seen.size).toBe(flats.length)
  })
})

describe('a pyramid', () => {
  it.each([0, 10, 95, 100, 101, 300, 1_234, 98_760])('of %i at most goes to a round number', (most) => {
    const { top, every } = scaleOf(most)
    expect(top).toBeGreaterThanOrEqual(Math.max(most, 10))
    expect(top % every).toBe(0)
    expect(top / every).toBeLessThanOrEqual(5)
    expect(['1', '2', '5']).toContain(String(every).replace(/0+$/, ''))
  })
  const drawn = pyramidOf([{ from: 0, to: 4, male: 100, female: '<10' }, { from: 95, to: null, male: 0, female: 50 }], 200)
  it('has the oldest on top', () => expect(drawn.rows.map((row) => row.label)).toEqual(['95+', '0–4']))
  it('has bars as long as their numbers, and none for what is not told', () => {
    const [old, young] = drawn.rows
    expect(young?.male.width).toBeCloseTo((old?.female.width ?? 0) * 2)
    expect([young?.female.width, young?.female.count, old?.male.width]).toEqual([0, '<10', 0])
  })
  it('stays within its room', () => expect(Math.max(...drawn.rows.flatMap((row) => [row.male.width, row.female.width]))).toBeLessThanOrEqual(200))
  it('marks its scale from nothing to the end', () => expect([drawn.ticks[0], drawn.ticks.at(-1)?.at]).toEqual([{ count: 0, at: 0 }, 200]))
  it('names an open band by its beginning', () => expect(ages({ from: 95, to: null })).toBe('95+'))
})

describe('what was found', () => {
  const area_name = { zh: '', en: '' }
  const found: Found = {
    kind: 'name', more: false, hints: [],
    people: [{ id: 'res_1', name: 'x', sex: 'male', birth: null, state: 'living', address: null, area_name }],
    dwellings: [{ id: 'dwe_1', address: 'y', usage: 'owner', people: 1, area_name }],
    buildings: [],
    units: [{ id: 'uni_1', name: 'z', kind: '', code: null, address: '', dwelling: 'dwe_1', area_name }, { id: 'uni_2', name: 'w', kind: '', code: null, address: '', dwelling: null, area_name }],
  }
  it('is one list, people first, each with its own page', () =>
    expect(rowsOf(found).map((row) => row.to)).toEqual(['/registry/residents/res_1', '/registry/dwellings/dwe_1', '/registry/dwellings/dwe_1', null]))
  it('is shown by kind, without empty ones', () => expect(groupsOf(rowsOf(found)).map((group) => [group.kind, group.rows.length])).toEqual([['person', 1], ['dwelling', 1], ['unit', 2]]))
  it.each([[0, 200, false], [159, 200, false], [160, 200, true], [250, 200, true], [0, 0, false]])('%i of %i used is near the end: %s', (used, allowed, near) => expect(isNear({ used, allowed })).toBe(near))
})

describe('days of the register', () => {
  it.each([
    ['2026-12-01', 'today', 0], ['2026-11-30', 'days', 1], ['2026-10-05', 'days', 57], ['2026-09-01', 'months', 2], ['2024-12-10', 'months', 23], ['2022-07-30', 'years', 4], ['2027-01-01', 'today', 0],
  ])('%s is told as %s %i', (day, unit, n) => expect(ageOf(day, '2026-12-01')).toEqual({ unit, n }))
  it('last from the first day to the one before the end', () => {
    const stay = { valid_from: '2026-01-01', valid_to: '2026-02-01' }
    expect(['2025-12-31', '2026-01-01', '2026-01-31', '2026-02-01'].map((day) => lasts(stay, day))).toEqual([false, true, true, false])
  })
})

describe('a relation to the head', () => {
  it.each([['01', '01'], ['02', '02'], ['10', '10'], ['21', '20'], ['38', '30'], ['99', '99'], ['', '99'], ['83', '99']])('%s is told as %s', (code, told) => expect(relationKey(code)).toBe(told))
})
