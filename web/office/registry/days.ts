/** Days of the register as people read them. */
import { i18n, language } from '../../shared/language'
import { today } from '../../shared/moments'

/** The end of what has no end yet. */
export const open = '9999-12-31'
const dayMillis = 86_400_000

/** How long ago a day was, in the largest unit that it fills. */
export function ageOf(day: string, on: string): { unit: 'today' | 'days' | 'months' | 'years'; n: number } {
  const days = Math.round((Date.parse(on) - Date.parse(day)) / dayMillis)
  if (!(days > 0)) return { unit: 'today', n: 0 }
  if (days < 60) return { unit: 'days', n: days }
  if (days < 730) return { unit: 'months', n: Math.floor(days / 30.44) }
  return { unit: 'years', n: Math.floor(days / 365.25) }
}
export function age(day: string | null): string {
  if (!day) return i18n.global.t('registry.age.unknown')
  const { unit, n } = ageOf(day, today())
  return i18n.global.t(`registry.age.${unit}`, { n }, n)
}

/** A day of the calendar, by itself without a moment. */
export const dayName = (day: string) =>
  new Intl.DateTimeFormat(language(), { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' }).format(new Date(`${day}T00:00:00Z`))

/** The day after, and the day before. */
export const dayAfter = (day: string) => new Date(Date.parse(day) + dayMillis).toISOString().slice(0, 10)
export const dayBefore = (day: string) => new Date(Date.parse(day) - dayMillis).toISOString().slice(0, 10)

/** The moment at which a day begins here. */
export const startOf = (day: string) => new Date(`${day}T00:00:00+08:00`).toISOString()

/** From a day to the day before the other, or until now. */
export function span(from: string, to: string): string {
  const t = i18n.global.t
  if (to === open) return t('registry.since', { day: dayName(from) })
  const last = dayBefore(to)
  return t('registry.span', { from: dayName(from), to: dayName(last > from ? last : from) })
}

/** Whether something lasts on a day. */
export const lasts = (one: { valid_from: string; valid_to: string }, on: string) => one.valid_from <= on && on < one.valid_to
