/** What the map's sources hold: names as points, orders with their marks. */
import type { Boundaries } from '../api/rooms'
import type { Light, OrderPoint, Point } from '../api/types'
import { markOf } from './marks'
import { boxOf } from './plane'

const rank: Record<Light, number> = { none: 0, paused: 1, normal: 2, soon: 3, late: 4 }

function point(at: Point, properties: GeoJSON.GeoJsonProperties): GeoJSON.Feature<GeoJSON.Point> {
  return { type: 'Feature', geometry: { type: 'Point', coordinates: at }, properties }
}

function collection(features: GeoJSON.Feature<GeoJSON.Point>[]): GeoJSON.FeatureCollection<GeoJSON.Point> {
  return { type: 'FeatureCollection', features }
}

/** One point per area where its name stands: the server's choice, else the middle of its box. */
export function namePoints(areas: Boundaries) {
  return collection(
    areas.features.flatMap((area) => {
      const box = area.properties.label ? null : boxOf([area.geometry])
      const at = area.properties.label ?? (box ? ([(box.west + box.east) / 2, (box.south + box.north) / 2] as Point) : null)
      return at ? [point(at, area.properties)] : []
    }),
  )
}

export function orderPoints(orders: OrderPoint[]) {
  return collection(
    orders.map((order) =>
      point([order.lon, order.lat], { id: order.id, light: order.light, mark: markOf(order), rank: rank[order.light] }),
    ),
  )
}

/** The pin of the selected order and of a place being picked. */
export function pins(selected: OrderPoint | undefined, picked: Point | null) {
  return collection([
    ...(selected ? [point([selected.lon, selected.lat], { image: `pin ${selected.light}` })] : []),
    ...(picked ? [point(picked, { image: 'pin place' })] : []),
  ])
}
