/** Cutting a grid in two along a line between two points of its border; the parts share the cut exactly. */
import type { Point } from '../../shared/api/types'
import { holds } from '../../shared/map/plane'

export type Ring = Point[]

/** The outer border of an area of one piece, without the repeated last point; null for anything else. */
export function borderOf(geometry: GeoJSON.Geometry): Ring | null {
  const polygon = geometry.type === 'Polygon' ? geometry.coordinates : geometry.type === 'MultiPolygon' && geometry.coordinates.length === 1 ? geometry.coordinates[0] : null
  if (!polygon || polygon.length !== 1) return null
  const ring = (polygon[0] ?? []).map(([lon = 0, lat = 0]): Point => [lon, lat])
  return ring.length < 5 ? null : ring.slice(0, -1)
}

const closed = (ring: Ring): GeoJSON.Polygon => ({ type: 'Polygon', coordinates: [[...ring, ...ring.slice(0, 1)]] })

/** The smallest share of the grid that a part may have. */
const least = 0.002

export interface Cut {
  line: [Point, Point]
  /** Left of the line as it is drawn, and right of it. */
  left: GeoJSON.Polygon
  right: GeoJSON.Polygon
}

/** What a cut from border point `from` to border point `to` makes, or null when it leaves the grid. */
export function cut(ring: Ring, from: number, to: number): Cut | null {
  const [a, b] = from < to ? [from, to] : [to, from]
  const [start, end] = [ring[a], ring[b]]
  if (!start || !end || b - a < 2 || a + ring.length - b < 2) return null
  const whole = closed(ring)
  for (let step = 1; step < 40; step += 1) {
    const share = step / 40
    const point: Point = [start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share]
    if (!holds(whole, point)) return null
  }
  const between = closed(ring.slice(a, b + 1))
  // A cut along the border leaves a part without land.
  const portion = turns(ring.slice(a, b + 1)) / turns(ring)
  if (portion < least || portion > 1 - least) return null
  const rest = closed([...ring.slice(b), ...ring.slice(0, a + 1)])
  // Counter-clockwise along the border from start to end, the land between lies right of the straight way.
  return turns(ring) > 0 ? { line: [start, end], left: rest, right: between } : { line: [start, end], left: between, right: rest }
}

/** Twice the signed area in square degrees: positive when the ring runs counter-clockwise. */
function turns(ring: number[][]): number {
  return ring.reduce((sum, [x1 = 0, y1 = 0], index) => {
    const [x2 = 0, y2 = 0] = ring[(index + 1) % ring.length] ?? []
    return sum + x1 * y2 - x2 * y1
  }, 0)
}

/** Area in hectares; exact enough for comparing two parts of one grid. */
export function hectares(polygon: GeoJSON.Polygon): number {
  const ring = polygon.coordinates[0] ?? []
  const metre = 111_320
  const squash = Math.cos(((ring[0]?.[1] ?? 0) * Math.PI) / 180)
  return Math.abs((turns(ring) / 2) * metre * metre * squash) / 10_000
}
