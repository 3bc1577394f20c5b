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
  coast: string
  hair: string
  middle: string
  strong: string
  road: string
  loads: string[]
  lights: Record<Light, string>
}

export function palette(): Palette {
  const style = getComputedStyle(document.documentElement)
  const token = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    ink: token('ink'), second: token('second'), brand: token('brand'), surface: token('surface'),
    sea: token('sea'), land: token('land'), coast: token('coast'), hair: token('hair'), middle: token('border'), strong: token('line-strong'),
    road: token('road'),
    loads: [1, 2, 3, 4, 5].map((step) => token(`load-${step}`)),
    lights: {
      normal: token('normal'), soon: token('soon'), late: token('late'), paused: token('paused'), none: token('line-strong'),
    },
  }
}
