/** A population by age and sex as two rows of bars that meet in the middle. */
import type { Band, Cell } from './types'

export interface Bar { width: number; count: Cell }
export interface PyramidRow { label: string; male: Bar; female: Bar }
export interface Pyramid { rows: PyramidRow[]; ticks: { at: number; count: number }[] }

/** A round number at or above `most`, and how far apart the marks below it stand. */
export function scaleOf(most: number): { top: number; every: number } {
  const rough = Math.max(most, 10) / 4
  const power = 10 ** Math.floor(Math.log10(rough))
  const every = ([1, 2, 5, 10].find((one) => one * power >= rough) ?? 10) * power
  return { top: Math.ceil(Math.max(most, 10) / every) * every, every }
}

/** A count that is not told has a bar of no length; the word beside it says why. */
export const sizeOf = (cell: Cell) => (typeof cell === 'number' ? cell : 0)

export const ages = (band: Pick<Band, 'from' | 'to'>) => (band.to === null ? `${band.from}+` : `${band.from}–${band.to}`)

/** Bars within `room` on each side, the oldest on top. */
export function pyramidOf(bands: Band[], room: number): Pyramid {
  const { top, every } = scaleOf(Math.max(0, ...bands.flatMap((band) => [sizeOf(band.male), sizeOf(band.female)])))
  const bar = (count: Cell): Bar => ({ count, width: (sizeOf(count) / top) * room })
  const rows = [...bands].sort((a, b) => b.from - a.from).map((band) => ({ label: ages(band), male: bar(band.male), female: bar(band.female) }))
  const ticks = Array.from({ length: Math.round(top / every) + 1 }, (_, nth) => ({ count: nth * every, at: ((nth * every) / top) * room }))
  return { rows, ticks }
}
