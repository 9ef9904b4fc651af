/**
 * The calendar behind strftime(3): days and weeks of the year, ISO 8601 weeks, the name and offset of the local time zone.
 * Everything is about the local time of the `Date` handed in.
 */

const DAY_MS = 86_400_000

/** Days since January 1 of the local year: 0..365. */
export function dayOfYear(date: Date): number {
  return daysFromEpoch(date) - Math.floor(Date.UTC(date.getFullYear(), 0, 1) / DAY_MS)
}

/** Week of the year, 0..53, where weeks begin on `firstDay` (0 Sunday, 1 Monday) and days before the first one are in week 0. */
export function weekOfYear(date: Date, firstDay: 0 | 1): number {
  const daysIntoWeek = (date.getDay() - firstDay + 7) % 7
  return Math.floor((dayOfYear(date) + 7 - daysIntoWeek) / 7)
}

/** The ISO 8601 week (1..53) and the year that it belongs to: that of its Thursday. */
export function isoWeek(date: Date): { readonly year: number; readonly week: number } {
  const daysSinceMonday = (date.getDay() + 6) % 7
  const thursday = new Date((daysFromEpoch(date) - daysSinceMonday + 3) * DAY_MS)
  const year = thursday.getUTCFullYear()
  return { year, week: Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / DAY_MS / 7) + 1 }
}

/** Offset from UTC, such as `+0100`. */
export function zoneOffset(date: Date): string {
  const minutes = -date.getTimezoneOffset()
  const size = Math.abs(minutes)
  const digits = (n: number): string => n.toString().padStart(2, '0')
  return `${minutes < 0 ? '-' : '+'}${digits(Math.floor(size / 60))}${digits(size % 60)}`
}

/**
 * Short name of the time zone, such as `UTC` or `CET`. The names that the time zone database has are spread over the locales of
 * the runtime; a zone that none of these has a name for is its offset, as the database does it: `+03`, `+0545`.
 */
export function zoneName(date: Date): string {
  for (const locale of LOCALES) {
    const parts = new Intl.DateTimeFormat(locale, { timeZoneName: 'short' }).formatToParts(date)
    const name = parts.find((part) => part.type === 'timeZoneName')?.value
    if (name !== undefined && /^[A-Z]+$/.test(name)) return name
  }
  const offset = zoneOffset(date)
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return OTHER_NAMES[`${timeZone} ${offset}`] ?? offset.replace(/00$/, '')
}

/** Locales whose short zone names are those of the database, each for its own part of the world. */
const LOCALES = ['en-US', 'en-GB', 'en-IE', 'en-AU', 'en-NZ', 'en-IN', 'en-CA', 'en-ZA', 'ja-JP', 'en-HK', 'id-ID']

/** Zones with many people whose name in the database no locale has, with the offset at which it holds. */
const OTHER_NAMES: Readonly<Record<string, string>> = {
  'Asia/Jerusalem +0200': 'IST',
  'Asia/Jerusalem +0300': 'IDT',
  'Asia/Karachi +0500': 'PKT',
  'Asia/Manila +0800': 'PST',
  'Asia/Seoul +0900': 'KST',
  'Asia/Shanghai +0800': 'CST',
  'Asia/Taipei +0800': 'CST',
  'Europe/Moscow +0300': 'MSK',
}

function daysFromEpoch(date: Date): number {
  return Math.floor(Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS)
}
