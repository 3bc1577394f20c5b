/** Moments as people say them, in the district's own time zone. */
import { i18n, language } from './language'

const zone = 'Asia/Shanghai'
const day = 86_400_000
let offset = 0

/** Remembers how far this machine's clock is from the server's; every list answer carries `now`. */
export function learnNow(serverNow: string | undefined): void {
  if (!serverNow) return
  const difference = Date.parse(serverNow) - Date.now()
  // Under two seconds is the length of the journey, not a wrong clock.
  offset = Math.abs(difference) < 2000 ? 0 : difference
}

/** The server's present moment in milliseconds. */
export const now = () => Date.now() + offset

function parts(moment: number, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(language(), { timeZone: zone, ...options }).format(moment)
}
const localDay = (moment: number) => new Intl.DateTimeFormat('en-CA', { timeZone: zone }).format(moment)

/** Today's date in the district, as YYYY-MM-DD. */
export const today = () => localDay(now())

export const clockTime = (moment: string | number) =>
  parts(new Date(moment).getTime(), { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

/** The exact moment, for hover and print. */
export function exact(moment: string): string {
  return parts(Date.parse(moment), {
    year: 'numeric', month: 'short', day: 'numeric', weekday: 'short',
    hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23',
  })
}

export function dateOnly(moment: string): string {
  return parts(Date.parse(moment), { year: 'numeric', month: 'short', day: 'numeric' })
}

/** "today 17:30", "tomorrow 09:00", "Fri 27 Nov 09:00": the day by its name while it is near. */
export function near(moment: string): string {
  const then = Date.parse(moment)
  const days = Math.round((Date.parse(localDay(then)) - Date.parse(localDay(now()))) / day)
  const names: Record<string, string> = { '-1': 'time.yesterday', '0': 'time.today', '1': 'time.tomorrow' }
  const name = names[String(days)]
  const date = name
    ? i18n.global.t(name)
    : parts(then, Math.abs(days) > 300 ? { year: 'numeric', month: 'short', day: 'numeric' } : { month: 'short', day: 'numeric', weekday: 'short' })
  return `${date} ${clockTime(then)}`
}

/** A length of time in its two largest units. */
export function length(minutes: number): string {
  const t = i18n.global.t
  const all = Math.max(0, Math.floor(minutes))
  const d = Math.floor(all / 1440)
  const h = Math.floor((all % 1440) / 60)
  const m = all % 60
  const words: string[] = []
  if (d) words.push(t('time.days', d))
  if (h) words.push(t('time.hours', h))
  if (!d && (m || !h)) words.push(t('time.minutes', m))
  return words.join(' ')
}

/** "3 minutes ago", then the near name of the moment. */
export function ago(moment: string): string {
  const minutes = (now() - Date.parse(moment)) / 60_000
  if (minutes < 1) return i18n.global.t('time.just_now')
  if (minutes < 60) return i18n.global.t('time.ago', { length: length(minutes) })
  return near(moment)
}
