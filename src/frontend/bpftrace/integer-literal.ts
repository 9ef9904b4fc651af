/**
 * Integer literals (section 1.3 of the language reference): decimal, hexadecimal, octal, `NeM`, C suffixes, durations.
 */
const NANOSECONDS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
  d: 86_400_000_000_000n,
}
const LARGEST = (1n << 64n) - 1n

/** The value of a literal, or what is wrong with it. */
export type IntegerLiteral = { readonly value: bigint } | { readonly problem: string }

/** Reads a literal such as `0x1f`, `1_000`, `5e3`, `10ull` or `100ms`. `text` begins with a digit. */
export function parseIntegerLiteral(text: string): IntegerLiteral {
  const value = readHexadecimal(text) ?? readExponent(text) ?? readDecimal(text)
  if (value === undefined) return { problem: `invalid integer literal: ${text}` }
  if (typeof value === 'string') return { problem: value }
  return value > LARGEST ? { problem: `overflow error, maximum value is ${LARGEST}: ${text}` } : { value }
}

function readHexadecimal(text: string): bigint | undefined {
  const match = /^0[xX]([0-9a-fA-F]+(?:_+[0-9a-fA-F]+)*)$/.exec(text)
  return match === null ? undefined : BigInt(`0x${match[1]?.replaceAll('_', '')}`)
}

function readExponent(text: string): bigint | string | undefined {
  const match = /^([0-9_]+)[eE]([0-9_]+)$/.exec(text)
  if (match === null) return undefined
  const [, coefficient = '', exponent = ''] = match
  if (!/^[1-9]$/.test(coefficient)) return `coefficient part of the exponent must be one digit from 1 to 9: ${text}`
  if (!/^\d{1,2}$/.test(exponent)) return `exponent is too large: ${text}`
  return BigInt(coefficient) * 10n ** BigInt(exponent)
}

function readDecimal(text: string): bigint | string | undefined {
  const match = /^(\d+(?:_+\d+)*)([a-zA-Z]*)$/.exec(text)
  if (match === null) return undefined
  const [, digits = '', suffix = ''] = match
  const plain = digits.replaceAll('_', '')
  const unit = NANOSECONDS[suffix]
  if (unit === undefined && suffix !== '' && !/^(u|l|ul|ll|ull)$/i.test(suffix)) return `invalid integer suffix '${suffix}': ${text}`
  if (plain.length > 1 && plain.startsWith('0') && unit === undefined) {
    return /^[0-7]+$/.test(plain) ? BigInt(`0o${plain}`) : `invalid octal literal: ${text}`
  }
  return BigInt(plain) * (unit ?? 1n)
}
