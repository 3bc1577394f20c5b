/** The meter: how long the forms of a month take, with what is known filled in and without. */
import { i18n } from '../../shared/language'
import { today } from '../../shared/moments'
import { number } from '../fusion/figures'
import type { BurdenRow } from './types'

/** The heaviest first. */
export const heaviest = (rows: BurdenRow[]) => [...rows].sort((one, other) => other.minutes - one.minutes || other.minutes_without - one.minutes_without || one.community.localeCompare(other.community))

/** Columns that are typed: those that the register does not answer. */
export const typed = (row: Pick<BurdenRow, 'fields' | 'known'>) => Math.max(row.fields - row.known, 0)

const sum = (rows: BurdenRow[], of: (row: BurdenRow) => number) => rows.reduce((all, row) => all + of(row), 0)
export const total = (rows: BurdenRow[]) => ({
  forms: sum(rows, (row) => row.forms),
  fields: sum(rows, (row) => row.fields),
  known: sum(rows, (row) => row.known),
  minutes: sum(rows, (row) => row.minutes),
  minutes_without: sum(rows, (row) => row.minutes_without),
  finished: sum(rows, (row) => row.finished),
})

/** This month and the eleven before it, the newest first. */
export function lastMonths(day: string = today()): string[] {
  const [year = 0, month = 1] = day.split('-').map(Number)
  return Array.from({ length: 12 }, (_, back) => new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7))
}

/** Working time as people say it: hours and minutes, never days, whose length nobody knows. */
export function workTime(minutes: number): string {
  const { t } = i18n.global
  const [h, m] = [Math.floor(minutes / 60), Math.round(minutes % 60)]
  if (h === 0) return t('forms.minutes', { m })
  return m === 0 || h >= 10 ? t('forms.hours', { h: number(h) }) : t('forms.hours_and', { h: number(h), m })
}
