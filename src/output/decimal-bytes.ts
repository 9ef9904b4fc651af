/**
 * Integers as ASCII digits, written where they are wanted: no string, and no bigint below 2^53, is made on the way.
 */
const ZERO = 48
const MINUS = 45
/** What is divided by small integers is below this. */
const SMALL = 0x8000_0000
const BILLION = 1_000_000_000
/** The decimal digits of 2^64 and a sign. */
export const MOST_DECIMAL = 21

/** Writes a safe integer from `end` on; answers where it ends. */
export function writeDecimal(out: Uint8Array, end: number, value: number): number {
  if (value < 0) {
    out[end] = MINUS
    return writeDecimal(out, end + 1, -value)
  }
  if (value < SMALL) return writeSmall(out, end, value, digitsOf(value))
  const high = Math.floor(value / BILLION)
  return writeSmall(out, writeDecimal(out, end, high), value - high * BILLION, 9)
}

/** Writes a number of 64 bits, which is given as its halves; `high` is negative for a negative one. */
export function writeWide(out: Uint8Array, end: number, high: number, low: number): number {
  const value = high * 0x1_0000_0000 + low
  if (Number.isSafeInteger(value)) return writeDecimal(out, end, value)
  return writeAscii(out, end, ((BigInt(high) << 32n) | BigInt(low)).toString())
}

/** Writes a number of 64 bits in lower-case hexadecimal, without leading zeros. */
export function writeHex(out: Uint8Array, end: number, high: number, low: number): number {
  return high === 0 ? writeAscii(out, end, low.toString(16)) : writeAscii(out, end, high.toString(16) + low.toString(16).padStart(8, '0'))
}

/** Writes characters below 256 as bytes. */
export function writeAscii(out: Uint8Array, end: number, text: string): number {
  for (let i = 0; i < text.length; i++) out[end + i] = text.charCodeAt(i)
  return end + text.length
}

function writeSmall(out: Uint8Array, end: number, value: number, digits: number): number {
  let rest = value | 0
  for (let i = end + digits - 1; i >= end; i--) {
    const next = (rest / 10) | 0
    out[i] = ZERO + rest - next * 10
    rest = next
  }
  return end + digits
}

function digitsOf(value: number): number {
  if (value < 10) return 1
  if (value < 100) return 2
  if (value < 1_000) return 3
  if (value < 10_000) return 4
  if (value < 100_000) return 5
  if (value < 1_000_000) return 6
  if (value < 10_000_000) return 7
  if (value < 100_000_000) return 8
  return value < BILLION ? 9 : 10
}
