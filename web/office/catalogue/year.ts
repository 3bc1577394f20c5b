/** A year in days: weekends, holidays and weekend days that are worked. */
import type { CalendarYear } from '../../shared/api/rooms'

export type DayKind = 'work' | 'weekend' | 'off' | 'makeup'
export interface YearDay { date: string; day: number; kind: DayKind; name: string }
export interface Month { month: number; /** Empty places before the first, Monday first. */ lead: number; days: YearDay[] }

const iso = (date: Date) => date.toISOString().slice(0, 10)

export function monthsOf(year: number, notices: CalendarYear[]): Month[] {
  // The last days of December may be in the next year's notice.
  const known = new Map(notices.flatMap((notice) => notice.days).map((day) => [day.date, day]))
  return Array.from({ length: 12 }, (_, month) => {
    const days: YearDay[] = []
    for (let date = new Date(Date.UTC(year, month, 1)); date.getUTCMonth() === month; date = new Date(date.getTime() + 86_400_000)) {
      const notice = known.get(iso(date))
      const weekend = [0, 6].includes(date.getUTCDay())
      const kind: DayKind = notice ? (notice.off ? 'off' : 'makeup') : weekend ? 'weekend' : 'work'
      days.push({ date: iso(date), day: date.getUTCDate(), kind, name: notice?.name ?? '' })
    }
    return { month, lead: (new Date(Date.UTC(year, month, 1)).getUTCDay() + 6) % 7, days }
  })
}

export interface Holiday { name: string; from: string; to: string; days: number; makeups: string[] }

/** The holidays of a notice: days off in one run, and the weekend days worked for them. */
export function holidaysOf(notice: CalendarYear): Holiday[] {
  const found: Holiday[] = []
  const sorted = [...notice.days].sort((a, b) => a.date.localeCompare(b.date))
  for (const day of sorted.filter((one) => one.off)) {
    const last = found[found.length - 1]
    if (last?.name === day.name && Date.parse(day.date) - Date.parse(last.to) === 86_400_000) Object.assign(last, { to: day.date, days: last.days + 1 })
    else found.push({ name: day.name, from: day.date, to: day.date, days: 1, makeups: [] })
  }
  for (const day of sorted.filter((one) => !one.off)) found.find((holiday) => holiday.name === day.name)?.makeups.push(day.date)
  return found
}
