/** Scores as people read them: ten thousandths as percentages, hundredths as points, months by their names. */
import type { components } from '../../shared/api/schema'
import { i18n, language } from '../../shared/language'
import { today } from '../../shared/moments'

type Schemas = components['schemas']
export type Sheet = Schemas['SheetOut']
export type Freeze = Schemas['FreezeOut']
export type Scorecard = Schemas['Scorecard']
export type Indicator = Schemas['Indicator']
export type UnitRow = Schemas['UnitRow']
export type LineDigits = Schemas['LineDigits']
export type ScoreCase = Schemas['FrozenCase']
export type Objection = Schemas['ObjectionOut']

/** A share in ten thousandths, to the hundredth of a per cent. */
export function percent(share: number | null): string {
  if (share === null) return i18n.global.t('scores.no_data')
  return new Intl.NumberFormat(language(), { style: 'percent', maximumFractionDigits: 2 }).format(share / 10_000)
}

/** Points in hundredths; a score always shows both places, because ranks hang on them. */
export function points(hundredths: number | null): string {
  if (hundredths === null) return i18n.global.t('scores.no_data')
  return new Intl.NumberFormat(language(), { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: false }).format(hundredths / 100)
}

export function monthName(month: string): string {
  return new Intl.DateTimeFormat(language(), { year: 'numeric', month: 'long', timeZone: 'UTC' }).format(new Date(`${month}-01`))
}

/** The months that can be looked at: next month (it may have begun) and the twelve before, the newest first. */
export function months(): string[] {
  const [year, month] = today().split('-').map(Number)
  return Array.from({ length: 13 }, (_, back) => {
    const date = new Date(Date.UTC(year ?? 0, (month ?? 1) - back, 1))
    return date.toISOString().slice(0, 7)
  })
}

/** Whether a case counts against its unit: what a rate that should be high leaves out, or one that should be low counts. */
export const isAgainst = (one: ScoreCase, indicator: Indicator | undefined) =>
  !one.exempted && one.counted === (indicator?.better === 'lower')
