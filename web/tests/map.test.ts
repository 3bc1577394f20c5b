import { describe, expect, it } from 'vitest'
import { ladder, shadeOf } from '../shared/map/ladder'
import { boxOf, holds, pathOf, project, unproject } from '../shared/map/plane'
import type { Point } from '../shared/api/types'

const square: GeoJSON.Polygon = { type: 'Polygon', coordinates: [[[109, 24], [110, 24], [110, 25], [109, 25], [109, 24]]] }
const loads = (...open: number[]) => open.map((count, index) => ({ code: String(index), open: count, late: 0 }))

describe('the ladder of loads', () => {
  it('has five steps that meet without gaps and end at the most', () => {
    const steps = ladder(loads(...Array.from({ length: 100 }, (_, index) => index)))
    expect(steps.map((step) => step.shade)).toEqual([1, 2, 3, 4, 5])
    expect(steps[0]?.from).toBe(1)
    expect(steps[4]?.to).toBe(99)
    steps.slice(1).forEach((step, index) => expect(step.from).toBe((steps[index]?.to ?? 0) + 1))
  })
  it('gives no shade to a grid without work and the darkest to the most', () => {
    const steps = ladder(loads(0, 1, 2, 30))
    expect(shadeOf(steps, 0)).toBe(0)
    expect(shadeOf(steps, 30)).toBe(5)
  })
  it('is empty when nobody has work, and one step when all have the same', () => {
    expect(ladder(loads(0, 0))).toEqual([])
    expect(ladder(loads(1, 1, 1))).toHaveLength(1)
  })
  it('needs no grouping for up to five different numbers', () => {
    expect(ladder(loads(1, 1, 1, 1, 1, 1, 3)).map(({ from, to }) => [from, to])).toEqual([[1, 1], [2, 2], [3, 3]])
  })
})

describe('the plane', () => {
  it('comes back to the same place', () => {
    const place: Point = [109.3812, 24.3051]
    const [lon, lat] = unproject(...project(place))
    expect(lon).toBeCloseTo(place[0], 9)
    expect(lat).toBeCloseTo(place[1], 9)
  })
  it('knows inside from outside and the box around', () => {
    expect(holds(square, [109.5, 24.5])).toBe(true)
    expect(holds(square, [110.5, 24.5])).toBe(false)
    expect(boxOf([square])).toEqual({ west: 109, south: 24, east: 110, north: 25 })
    expect(boxOf([])).toBeNull()
  })
  it('closes areas and leaves roads open', () => {
    expect(pathOf(square)).toMatch(/z$/)
    expect(pathOf({ type: 'LineString', coordinates: [[109, 24], [110, 24]] })).not.toContain('z')
  })
})
