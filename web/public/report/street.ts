/** Which street a point lies in, from the simplified boundaries; to tell at once what the server would tell later. */
import { api } from '../../shared/api/client'
import type { Boundaries } from '../../shared/api/rooms'
import type { Point, Text } from '../../shared/api/types'

let asked: Promise<Boundaries | null> | null = null

/** The boundaries, fetched once; null when they cannot be had now. */
function boundaries(): Promise<Boundaries | null> {
  asked ??= api.get<Boundaries>('/public/boundaries').catch(() => {
    asked = null
    return null
  })
  return asked
}

/** Even-odd rule over one ring. */
function inRing([x, y]: Point, ring: GeoJSON.Position[]): boolean {
  let inside = false
  let before = ring[ring.length - 1]
  for (const here of ring) {
    const [x1 = 0, y1 = 0] = before ?? []
    const [x2 = 0, y2 = 0] = here
    if (y1 > y !== y2 > y && x < ((x2 - x1) * (y - y1)) / (y2 - y1) + x1) inside = !inside
    before = here
  }
  return inside
}

export function inShape(point: Point, shape: GeoJSON.Geometry): boolean {
  const polygons = shape.type === 'Polygon' ? [shape.coordinates] : shape.type === 'MultiPolygon' ? shape.coordinates : []
  return polygons.some((rings) => rings.filter((ring) => inRing(point, ring)).length % 2 === 1)
}

/** The street's name, `outside` for a point beyond the district, null when it is not known now. */
export async function streetAt(point: Point): Promise<Text | 'outside' | null> {
  const shapes = await boundaries()
  if (!shapes?.features.length) return null
  const found = shapes.features.find((feature) => inShape(point, feature.geometry))
  return found ? { zh: found.properties.name_zh, en: found.properties.name_en } : 'outside'
}
