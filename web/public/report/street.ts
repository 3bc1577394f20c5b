/** The district's streets and roads, fetched once: for the map, and to tell at once what the server would tell later. */
import { ref } from 'vue'
import { api } from '../../shared/api/client'
import type { Boundaries } from '../../shared/api/rooms'
import type { Point, Text } from '../../shared/api/types'
import { holds } from '../../shared/map/plane'

/** Null until they have come, and while there is no network. */
export const streets = ref<Boundaries | null>(null)
export const roads = ref<Boundaries | null>(null)
let asked: Promise<void> | null = null

export function loadStreets(): Promise<void> {
  asked ??= api
    .get('/public/boundaries')
    .then((answer) => {
      const all = answer as Boundaries
      const those = (road: boolean): Boundaries => ({ ...all, features: all.features.filter(({ properties }) => (properties.level === 'road') === road) })
      streets.value = those(false)
      roads.value = those(true)
    })
    .catch(() => {
      asked = null
    })
  return asked
}

/** The street's name, `outside` for a point beyond the district, null when it is not known now. */
export async function streetAt(point: Point): Promise<Text | 'outside' | null> {
  await loadStreets()
  const shapes = streets.value?.features ?? []
  if (!shapes.length) return null
  const found = shapes.find(({ geometry }) => holds(geometry, point))
  return found ? { zh: found.properties.name_zh, en: found.properties.name_en } : 'outside'
}
