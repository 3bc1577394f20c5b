import './browser'
import { describe, expect, it } from 'vitest'
import { borderOf, cut, hectares, type Ring } from '../office/areas/cut'
import { above } from '../office/areas/tree'

// A square of about one kilometre, counter-clockwise from the south-west, with a point in the middle of each side.
const ring: Ring = [[0, 0], [0.005, 0], [0.01, 0], [0.01, 0.005], [0.01, 0.01], [0.005, 0.01], [0, 0.01], [0, 0.005]]

describe('cutting a grid', () => {
  it('puts the part left of the line first, whichever way the border runs', () => {
    const westward = cut([...ring], 3, 7)
    // From the middle of the east side to the middle of the west side: left of it is the south.
    expect(westward?.line).toEqual([[0.01, 0.005], [0, 0.005]])
    expect(Math.max(...(westward?.left.coordinates[0] ?? []).map(([, lat = 0]) => lat))).toBe(0.005)
    const clockwise = cut([...ring].reverse(), 0, 4)
    expect(clockwise?.line).toEqual([[0, 0.005], [0.01, 0.005]])
    expect(Math.min(...(clockwise?.left.coordinates[0] ?? []).map(([, lat = 0]) => lat))).toBe(0.005)
  })
  it('loses no land', () => {
    const parts = cut(ring, 1, 5)
    const whole = hectares({ type: 'Polygon', coordinates: [[...ring, ring[0] ?? [0, 0]]] })
    expect(hectares(parts?.left ?? { type: 'Polygon', coordinates: [] }) + hectares(parts?.right ?? { type: 'Polygon', coordinates: [] })).toBeCloseTo(whole, 3)
    expect(whole).toBeCloseTo(123.9, 0)
  })
  it('refuses a cut along one side or out of the grid', () => {
    expect(cut(ring, 0, 1)).toBeNull()
    expect(cut(ring, 0, 2)).toBeNull()
    const hollow: Ring = [[0, 0], [4, 0], [4, 4], [3, 4], [3, 1], [1, 1], [1, 4], [0, 4]]
    expect(cut(hollow, 3, 6)).toBeNull()
  })
  it('takes only an area of one piece without holes', () => {
    expect(borderOf({ type: 'Polygon', coordinates: [[...ring, ring[0] ?? [0, 0]]] })).toHaveLength(8)
    expect(borderOf({ type: 'MultiPolygon', coordinates: [[ring], [ring]] })).toBeNull()
  })
})

describe('codes', () => {
  it('name the areas above them', () => {
    expect(above('450204006009003')).toEqual(['450204', '450204006', '450204006009'])
    expect(above('450204')).toEqual([])
  })
})
