/** The colours of the page's tokens, read once for what is drawn on a canvas. */
import type { Light } from '../api/types'

export interface Palette {
  ink: string
  second: string
  brand: string
  surface: string
  /** Outside the district, inside it, and the band along its edge. */
  sea: string
  land: string
  band: string
  hair: string
  middle: string
  strong: string
  road: string
  name: string
  loads: string[]
  lights: Record<Light, string>
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: token('ink'), second: token('second'), brand: token('brand'), surface: token('surface'),
    sea: '#edf0f3', land: '#fdfdfc', band: '#d8dfe6', hair: '#dfe4e9', middle: '#bcc5ce', strong: '#8a94a0',
    road: '#e4e4df', name: '#5b6470',
    loads: [1, 2, 3, 4, 5].map((step) => token(`load-${step}`)),
    lights: {
      normal: token('normal'), soon: token('soon'), late: token('late'), paused: token('paused'), none: token('line-strong'),
    },
  }
}
