/**
 * strftime(3) in the C locale, as glibc has it: its conversions, the flags `_ - 0 ^ #`, a width, and the modifiers `E` and
 * `O` (which the C locale ignores). The moment is handed in; nothing here looks at a clock.
 */
import { dayOfYear, isoWeek, weekOfYear, zoneName, zoneOffset } from './calendar.ts'

/** Renders a format; what is no conversion stands for itself, as glibc does it. */
export function strftime(format: string, date: Date): string {
  return format.replace(/%([_\-0^#]*)(\d*)([EO]?)([\s\S])/g, (whole, flags: string, width: string, _modifier, letter: string) => {
    const conversion = CONVERSIONS[letter]
    if (conversion === undefined) return whole
    return adjust(conversion(date), { flags, width: Number(width) })
  })
}

/** What a conversion yields: text, or a number with the width and the fill that it has without flags. */
type Field = string | { readonly number: number; readonly width: number; readonly fill: '0' | ' ' }
type Conversion = (date: Date) => Field

const zeros = (number: number, width: number): Field => ({ number, width, fill: '0' })
const blanks = (number: number, width: number): Field => ({ number, width, fill: ' ' })
const composed =
  (format: string): Conversion =>
  (date) =>
    strftime(format, date)

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = 'January February March April May June July August September October November December'.split(' ')

const dayName = (date: Date): string => DAYS[date.getDay()] ?? '?'
const monthName = (date: Date): string => MONTHS[date.getMonth()] ?? '?'
const hour12 = (date: Date): number => date.getHours() % 12 || 12
const halfDay = (date: Date): string => (date.getHours() < 12 ? 'AM' : 'PM')

const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  a: (date) => dayName(date).slice(0, 3),
  A: dayName,
  b: (date) => monthName(date).slice(0, 3),
  B: monthName,
  c: composed('%a %b %e %H:%M:%S %Y'),
  C: (date) => zeros(Math.floor(date.getFullYear() / 100), 2),
  d: (date) => zeros(date.getDate(), 2),
  D: composed('%m/%d/%y'),
  e: (date) => blanks(date.getDate(), 2),
  F: composed('%Y-%m-%d'),
  g: (date) => zeros(isoWeek(date).year % 100, 2),
  G: (date) => zeros(isoWeek(date).year, 1),
  h: (date) => monthName(date).slice(0, 3),
  H: (date) => zeros(date.getHours(), 2),
  I: (date) => zeros(hour12(date), 2),
  j: (date) => zeros(dayOfYear(date) + 1, 3),
  k: (date) => blanks(date.getHours(), 2),
  l: (date) => blanks(hour12(date), 2),
  m: (date) => zeros(date.getMonth() + 1, 2),
  M: (date) => zeros(date.getMinutes(), 2),
  n: () => '\n',
  p: halfDay,
  P: (date) => halfDay(date).toLowerCase(),
  r: composed('%I:%M:%S %p'),
  R: composed('%H:%M'),
  s: (date) => zeros(Math.floor(date.getTime() / 1000), 1),
  S: (date) => zeros(date.getSeconds(), 2),
  t: () => '\t',
  T: composed('%H:%M:%S'),
  u: (date) => zeros(date.getDay() || 7, 1),
  U: (date) => zeros(weekOfYear(date, 0), 2),
  V: (date) => zeros(isoWeek(date).week, 2),
  w: (date) => zeros(date.getDay(), 1),
  W: (date) => zeros(weekOfYear(date, 1), 2),
  x: composed('%m/%d/%y'),
  X: composed('%H:%M:%S'),
  y: (date) => zeros(date.getFullYear() % 100, 2),
  Y: (date) => zeros(date.getFullYear(), 1),
  z: zoneOffset,
  Z: zoneName,
  '%': () => '%',
}

function adjust(field: Field, { flags, width }: { readonly flags: string; readonly width: number }): string {
  const fillFlag = /[_\-0](?=[^_\-0]*$)/.exec(flags)?.[0]
  if (typeof field === 'string') return changeCase(field, flags).padStart(width, fillFlag === '0' ? '0' : ' ')
  const fill = fillFlag === '_' ? ' ' : fillFlag === '0' ? '0' : field.fill
  return field.number.toString().padStart(fillFlag === '-' ? 0 : Math.max(width, field.width), fill)
}

/** `^` is upper case; `#` the opposite case: lower for what is all upper case, upper for the rest. */
function changeCase(text: string, flags: string): string {
  if (flags.includes('^')) return text.toUpperCase()
  if (!flags.includes('#')) return text
  return text === text.toUpperCase() ? text.toLowerCase() : text.toUpperCase()
}
