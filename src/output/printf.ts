/**
 * `printf`: a parsed format and its values as text, section 4.2 of the language reference. It is bpftrace's printf, not C's:
 * precision and the space flag do nothing, zero fill
 * goes on whichever side the padding does and takes no notice of signs and prefixes, and the width of a tuple or record is
 * that of its opening bracket.
 */
import { InternalError } from '../base/errors.ts'
import type { FormatConversion, FormatString } from '../spec/format-string.ts'
import type { Value } from '../spec/value.ts'
import type { TextFilter } from './escape.ts'
import { gfpFlagsText } from './gfp-flags.ts'
import { bufferText, type IntegerText, valueText } from './value-text.ts'

/** Renders a format; literals as they are, `filter` is given what comes from traced programs. */
export function renderFormat(format: FormatString, values: readonly Value[], filter: TextFilter): string {
  let next = 0
  return format
    .map((part) => {
      if (part.kind === 'text') return part.text
      const value = values[next++]
      if (value === undefined) throw new InternalError(`no value for conversion ${next} of a format`)
      return renderConversion(part, value, filter)
    })
    .join('')
}

type Conversion = (spec: FormatConversion, value: Value, filter: TextFilter) => string

const signed: Conversion = (spec, value) => plusSign(spec, BigInt.asIntN(spec.bits, integerOf(value)))
const unsigned: Conversion = (spec, value) => unsignedOf(spec, value).toString()

/** What each conversion letter makes of a value, before padding. */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  d: signed,
  i: signed,
  u: unsigned,
  o: (spec, value) => prefixed(spec, '0', unsignedOf(spec, value), 8),
  x: (spec, value) => prefixed(spec, '0x', unsignedOf(spec, value), 16),
  X: (spec, value) => prefixed(spec, '0x', unsignedOf(spec, value), 16).toUpperCase(),
  c: (_spec, value, filter) => filter(String.fromCharCode(Number(BigInt.asUintN(8, integerOf(value))))),
  p: (_spec, value) => (integerOf(value) === 0n ? '0' : `0x${BigInt.asUintN(64, integerOf(value)).toString(16)}`),
  r: (_spec, value) => bufferText(bytesOf(value), 'readable'),
  rx: (_spec, value) => bufferText(bytesOf(value), 'escaped'),
  rh: (_spec, value) => bufferText(bytesOf(value), 'hex'),
  gr: (_spec, value) => gfpFlagsText(BigInt.asUintN(64, integerOf(value))),
  s: (spec, value, filter) => valueText(value, filter, integerText(spec)),
}

function renderConversion(spec: FormatConversion, value: Value, filter: TextFilter): string {
  const convert = CONVERSIONS[spec.conversion]
  if (convert === undefined) throw new InternalError(`conversion %${spec.conversion} reached the writer`)
  const text = convert(spec, value, filter)
  const first = value.kind === 'tuple' ? 1 : value.kind === 'record' ? RECORD_OPENING.length : text.length
  return pad(spec, text.slice(0, first)) + text.slice(first)
}

const RECORD_OPENING = '{ '

function pad(spec: FormatConversion, text: string): string {
  const fill = spec.zeroPad ? '0' : ' '
  return spec.leftAlign ? text.padEnd(spec.width, fill) : text.padStart(spec.width, fill)
}

/** Also within tuples and records, `+` shows the sign of signed integers. */
function integerText(spec: FormatConversion): IntegerText {
  return ({ value, signed }) => (signed ? plusSign(spec, value) : value.toString())
}

function plusSign(spec: FormatConversion, value: bigint): string {
  return spec.plus && value >= 0n ? `+${value}` : value.toString()
}

function prefixed(spec: FormatConversion, prefix: string, value: bigint, base: number): string {
  const digits = value.toString(base)
  return spec.alternate && value !== 0n ? prefix + digits : digits
}

function unsignedOf(spec: FormatConversion, value: Value): bigint {
  return BigInt.asUintN(spec.bits, integerOf(value))
}

function bytesOf(value: Value): string {
  if (value.kind === 'buffer') return value.bytes
  throw new InternalError(`bytes of a ${value.kind}`)
}

/** The number in a value that an integer conversion takes; the front-end lets no other kind through. */
function integerOf(value: Value): bigint {
  if (value.kind === 'int' || value.kind === 'pointer') return value.value
  if (value.kind === 'bool') return value.value ? 1n : 0n
  throw new InternalError(`an integer conversion of a ${value.kind}`)
}
