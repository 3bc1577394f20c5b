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

/** The two parts of a cut from border point `from` to border point `to`, or null when it leaves the grid. */
export function cut(ring: Ring, from: number, to: number): [GeoJSON.Polygon, GeoJSON.Polygon] | null {
  const [a, b] = from < to ? [from, to] : [to, from]
  const [start, end] = [ring[a], ring[b]]
  if (!start || !end || b - a < 2 || a + ring.length - b < 2) return null
  const whole = closed(ring)
  for (let step = 1; step < 40; step += 1) {
    const share = step / 40
    const point: Point = [start[0] + (end[0] - start[0]) * share, start[1] + (end[1] - start[1]) * share]
    if (!holds(whole, point)) return null
  }
  return [closed(ring.slice(a, b + 1)), closed([...ring.slice(b), ...ring.slice(0, a + 1)])]
}

/** Area in hectares; exact enough for comparing two parts of one grid. */
export function hectares(polygon: GeoJSON.Polygon): number {
  const ring = polygon.coordinates[0] ?? []
  const metre = 111_320
  const squash = Math.cos(((ring[0]?.[1] ?? 0) * Math.PI) / 180)
  let twice = 0
  ring.forEach(([x1 = 0, y1 = 0], index) => {
    const [x2 = 0, y2 = 0] = ring[(index + 1) % ring.length] ?? []
    twice += x1 * y2 - x2 * y1
  })
  return Math.abs((twice / 2) * metre * metre * squash) / 10_000
}

/** The next free codes of a community, after the highest that was ever used as far as the map knows. */
export function nextCodes(community: string, used: string[], count: number): string[] {
  const highest = Math.max(0, ...used.filter((code) => code.startsWith(community)).map((code) => Number(code.slice(12))))
  return Array.from({ length: count }, (_, index) => community + String(highest + 1 + index).padStart(3, '0'))
}
