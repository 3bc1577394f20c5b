/** A flat picture of the district: Web Mercator in units of about one metre, for maps drawn as SVG. */
import type { Point } from '../api/types'

export interface Box { west: number; south: number; east: number; north: number }
type Ring = number[][]

const radius = 6_378_137
const radians = Math.PI / 180

/** Metres east and south of a fixed origin, so that y grows downwards as on a screen. */
export function project([lon, lat]: readonly number[]): [number, number] {
  return [radius * (lon ?? 0) * radians, -radius * Math.log(Math.tan(Math.PI / 4 + ((lat ?? 0) * radians) / 2))]
}

/** The inverse of `project`. */
export function unproject(x: number, y: number): Point {
  return [x / radius / radians, (2 * Math.atan(Math.exp(-y / radius)) - Math.PI / 2) / radians]
}

function lines(geometry: GeoJSON.Geometry): Ring[] {
  if (geometry.type === 'Polygon' || geometry.type === 'MultiLineString') return geometry.coordinates
  if (geometry.type === 'MultiPolygon') return geometry.coordinates.flat()
  if (geometry.type === 'LineString') return [geometry.coordinates]
  return []
}

/** The path of an area or a road, in rounded plane units; rings are closed, roads are not. */
export function pathOf(geometry: GeoJSON.Geometry): string {
  const end = geometry.type.endsWith('Polygon') ? 'z' : ''
  return lines(geometry)
    .map((line) => 'M' + line.map((point) => project(point).map(Math.round).join(' ')).join('L') + end)
    .join('')
}

/** The smallest box around the geometries, in degrees; null when there are none. */
export function boxOf(geometries: GeoJSON.Geometry[]): Box | null {
  let box: Box | null = null
  for (const geometry of geometries) {
    for (const line of lines(geometry)) {
      for (const [lon = 0, lat = 0] of line) {
        box ??= { west: lon, south: lat, east: lon, north: lat }
        box.west = Math.min(box.west, lon)
        box.east = Math.max(box.east, lon)
        box.south = Math.min(box.south, lat)
        box.north = Math.max(box.north, lat)
      }
    }
  }
  return box
}

/** Whether the point lies inside the polygon, by the even-odd rule. */
export function holds(geometry: GeoJSON.Geometry, [lon, lat]: Point): boolean {
  let inside = false
  for (const ring of lines(geometry)) {
    ring.forEach(([x1 = 0, y1 = 0], index) => {
      const [x2 = 0, y2 = 0] = ring[(index + 1) % ring.length] ?? []
      if (y1 > lat !== y2 > lat && lon < ((x2 - x1) * (lat - y1)) / (y2 - y1) + x1) inside = !inside
    })
  }
  return inside
}
