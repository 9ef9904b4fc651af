/**
 * Values as text, section 6.3 of the language reference: how `print()`, `%s` and the keys of maps show them.
 */
import { assertNever } from '../base/assert.ts'
import { InternalError } from '../base/errors.ts'
import type { Value } from '../spec/value.ts'
import type { TextFilter } from './escape.ts'
import { stackText } from './stack-text.ts'

/** What follows a string that filled its buffer, so that the reader knows that it may have been cut. */
const TRUNCATED = '..'

/** How an integer is written. */
export type IntegerText = (value: Extract<Value, { kind: 'int' }>) => string

const decimal: IntegerText = ({ value }) => value.toString()

/** A value as text. `filter` is given what comes from traced programs, `integer` every integer in it. */
export function valueText(value: Value, filter: TextFilter, integer: IntegerText = decimal): string {
  switch (value.kind) {
    case 'int':
      return value.name ?? integer(value)
    case 'bool':
      return value.value ? 'true' : 'false'
    case 'pointer':
      return `0x${value.value.toString(16)}`
    case 'string':
      return filter(stringText(value))
    case 'buffer':
      return bufferText(value.bytes, 'readable')
    case 'tuple':
      return `(${itemsText(value.items, filter, integer)})`
    case 'array':
      return `[${value.items.map((item) => valueText(item, filter, integer)).join(',')}]`
    case 'record':
      return recordText(value.fields.map((field) => `.${field.name} = ${valueText(field.value, filter, integer)}`))
    case 'stack':
      return stackText(value, filter)
    case 'symbol':
      return filter(value.name)
    case 'stats':
      return recordText([`.count = ${value.count}`, `.average = ${value.average}`, `.total = ${value.total}`])
    case 'none':
      return 'null'
    case 'histogram':
    case 'series':
      throw new InternalError(`a ${value.kind} has no text on one line`)
    default:
      return assertNever(value, 'value')
  }
}

/** The key of a map, as it stands between the brackets: a tuple loses its parentheses. */
export function keyText(key: Value, filter: TextFilter): string {
  return key.kind === 'tuple' ? itemsText(key.items, filter, decimal) : valueText(key, filter)
}

/** The bytes of a string, and the mark of truncation where it applies. */
export function stringText(value: Extract<Value, { kind: 'string' }>): string {
  return value.truncated ? value.value + TRUNCATED : value.value
}

/** How the bytes of a buffer are written: as text where they are printable ASCII, all as `\xNN`, or as numbers with spaces between. */
export type BufferForm = 'readable' | 'escaped' | 'hex'

/** The bytes of a buffer as text. */
export function bufferText(bytes: string, form: BufferForm): string {
  if (form === 'hex') return Array.from(bytes, hexOf).join(' ')
  return bytes.replace(form === 'readable' ? /[^ -~]/g : /[\s\S]/g, (byte) => `\\x${hexOf(byte)}`)
}

function hexOf(byte: string): string {
  return byte.charCodeAt(0).toString(16).padStart(2, '0')
}

function itemsText(items: readonly Value[], filter: TextFilter, integer: IntegerText): string {
  return items.map((item) => valueText(item, filter, integer)).join(', ')
}

function recordText(fields: readonly string[]): string {
  return fields.length === 0 ? '{}' : `{ ${fields.join(', ')} }`
}
