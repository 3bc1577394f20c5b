/** The atlas: our own map style, without tiles, glyphs, sprites or any outside host. */
import type { ExpressionSpecification, LayerSpecification, StyleSpecification } from 'maplibre-gl'
import type { Palette } from './palette'

export const fonts = ['PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'system-ui', 'sans-serif']
/** Zooms at which the names change from streets to communities and from these to grids. */
export const scale = { community: 12.4, grid: 14.6 }
/** From this zoom on every order has its own mark. */
export const singles = 16

export interface Look { colours: Palette; name: 'name_zh' | 'name_en'; text: number }

const geojson = { type: 'FeatureCollection' as const, features: [] }
const state = (key: string, fallback: number): ExpressionSpecification => ['coalesce', ['feature-state', key], fallback]

function lines(id: string, source: string, colour: string, width: number[], minzoom = 0): LayerSpecification {
  const [far = 1, near = 1] = width
  return {
    id, source, type: 'line', minzoom,
    layout: { 'line-join': 'round' },
    paint: { 'line-color': colour, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, far, 15, near] },
  }
}

interface Naming { size: number; spacing: number; from: number; to: number; colour: string; weight?: number }
function names(id: string, source: string, look: Look, how: Naming): LayerSpecification {
  return {
    id, source, type: 'symbol', minzoom: how.from, maxzoom: how.to,
    layout: {
      'text-field': ['get', look.name], 'text-font': fonts, 'text-size': how.size * look.text,
      'text-letter-spacing': look.name === 'name_zh' ? how.spacing : how.spacing / 3,
      'text-max-width': 9, 'text-padding': 6, 'text-line-height': 1.25,
      'text-variable-anchor': ['center', 'top', 'bottom'], 'text-radial-offset': 0.5,
    },
    paint: { 'text-color': how.colour, 'text-halo-color': 'rgba(255,255,255,0.92)', 'text-halo-width': 1.6 },
  }
}

function grounds({ colours }: Look): LayerSpecification[] {
  const [l1 = '', l2 = '', l3 = '', l4 = '', l5 = ''] = colours.loads
  return [
    { id: 'sea', type: 'background', paint: { 'background-color': colours.sea } },
    // Half of this wide line is hidden under the land: what is left is the tinted edge of an atlas.
    { id: 'coast', source: 'street', type: 'line', layout: { 'line-join': 'round' }, paint: { 'line-color': colours.coast, 'line-width': ['interpolate', ['linear'], ['zoom'], 10, 10, 15, 26] } },
    { id: 'land', source: 'street', type: 'fill', paint: { 'fill-color': colours.land, 'fill-antialias': false } },
    {
      id: 'load', source: 'grid', type: 'fill',
      paint: {
        'fill-color': ['match', state('shade', 0), 1, l1, 2, l2, 3, l3, 4, l4, 5, l5, colours.land],
        'fill-opacity': ['case', ['>', state('shade', 0), 0], 1, 0],
      },
    },
    ...(['grid', 'community', 'street'] as const).map((source): LayerSpecification => ({
      id: `tint-${source}`, source, type: 'fill', filter: ['==', ['get', 'code'], ''],
      paint: { 'fill-color': colours.brand, 'fill-opacity': 0.07 },
    })),
    {
      id: 'roads', source: 'road', type: 'line', layout: { 'line-cap': 'round', 'line-join': 'round' },
      paint: { 'line-color': colours.road, 'line-width': ['interpolate', ['exponential', 1.6], ['zoom'], 10, 1, 13, 2.5, 17, 14] },
    },
  ]
}

function borders({ colours }: Look): LayerSpecification[] {
  return [
    lines('grids', 'grid', colours.hair, [0.15, 1]),
    lines('communities', 'community', colours.middle, [0.7, 1.4]),
    lines('streets', 'street', colours.strong, [1.1, 2.2]),
    ...(['grid', 'community', 'street'] as const).map((source): LayerSpecification => ({
      id: `chosen-${source}`, source, type: 'line', filter: ['==', ['get', 'code'], ''], layout: { 'line-join': 'round' },
      paint: { 'line-color': colours.brand, 'line-width': 2.5 },
    })),
  ]
}

function words(look: Look): LayerSpecification[] {
  const grey = look.colours.second
  return [
    {
      id: 'road-names', source: 'road', type: 'symbol', minzoom: 12.8,
      layout: {
        'symbol-placement': 'line', 'symbol-spacing': 320, 'text-field': ['get', look.name], 'text-font': fonts,
        'text-size': 11 * look.text, 'text-letter-spacing': look.name === 'name_zh' ? 0.4 : 0.12, 'text-padding': 8, 'text-max-angle': 35,
      },
      paint: { 'text-color': look.colours.second, 'text-halo-color': 'rgba(255,255,255,0.9)', 'text-halo-width': 1.4 },
    },
    names('grid-names', 'grid-name', look, { size: 11, spacing: 0.02, from: scale.grid, to: 24, colour: grey }),
    names('community-names', 'community-name', look, { size: 12, spacing: 0.08, from: scale.community, to: scale.grid + 0.8, colour: grey }),
    names('street-names', 'street-name', look, { size: 14, spacing: 0.3, from: 0, to: scale.community, colour: grey }),
  ]
}

function orders(look: Look): LayerSpecification[] {
  return [
    {
      id: 'marks', source: 'order', type: 'symbol', filter: ['!', ['has', 'point_count']],
      layout: { 'icon-image': ['get', 'mark'], 'icon-allow-overlap': true, 'icon-padding': 0, 'symbol-sort-key': ['get', 'rank'] },
    },
    {
      id: 'clusters', source: 'order', type: 'symbol', filter: ['has', 'point_count'],
      layout: {
        'icon-image': ['concat', 'ring ', ['step', ['get', 'point_count'], '0', 25, '1', 100, '2', 500, '3'], ' ',
          ['to-string', ['ceil', ['*', 16, ['/', ['get', 'late'], ['get', 'point_count']]]]]],
        'icon-allow-overlap': true, 'text-allow-overlap': true, 'icon-padding': 2,
        'text-field': ['to-string', ['get', 'point_count']], 'text-font': fonts,
        'text-size': ['step', ['get', 'point_count'], 11, 100, 12, 500, 13],
      },
      paint: { 'text-color': look.colours.ink },
    },
    {
      id: 'pins', source: 'pin', type: 'symbol',
      layout: { 'icon-image': ['get', 'image'], 'icon-anchor': 'bottom', 'icon-offset': [0, 2], 'icon-allow-overlap': true },
    },
  ]
}

export function atlas(look: Look): StyleSpecification {
  const area = { type: 'geojson' as const, data: geojson, promoteId: 'code', tolerance: 0.25 }
  const plain = { type: 'geojson' as const, data: geojson }
  return {
    version: 8,
    sources: {
      street: area, community: area, grid: area, road: plain,
      'street-name': plain, 'community-name': plain, 'grid-name': plain, pin: plain,
      order: {
        type: 'geojson', data: geojson, cluster: true, clusterRadius: 46, clusterMaxZoom: singles - 1,
        clusterProperties: { late: ['+', ['case', ['==', ['get', 'light'], 'late'], 1, 0]] },
      },
    },
    layers: [...grounds(look), ...borders(look), ...words(look), ...orders(look)],
  }
}
