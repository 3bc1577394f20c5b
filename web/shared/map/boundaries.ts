/** Boundaries and roads, fetched once and shared by all maps of the page. */
import { api } from '../api/client'
import type { Boundaries } from '../api/rooms'

export type Layer = 'street' | 'community' | 'grid' | 'road'
const kept = new Map<Layer, Promise<Boundaries>>()

export function boundaries(layer: Layer): Promise<Boundaries> {
  const known = kept.get(layer)
  if (known) return known
  const asked = (layer === 'road' ? api.get('/areas/roads') : api.get('/areas/boundaries', { query: { level: layer } })) as Promise<Boundaries>
  kept.set(layer, asked)
  // A failure is not kept: the next map asks again.
  asked.catch(() => kept.delete(layer))
  return asked
}

/** After a split, a merge or an import the next map asks again. */
export function forgetBoundaries(): void {
  kept.clear()
}

export const nothing: Boundaries = { type: 'FeatureCollection', features: [] }
