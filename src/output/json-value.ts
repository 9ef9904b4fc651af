/**
 * Values as JSON, section 6.4 of the language reference, with its spacing: `": "` and `", "` in objects, `,` in arrays.
 */
import { assertNever } from '../base/assert.ts'
import { fromByteString, toByteString } from '../spec/byte-string.ts'
import type { Value } from '../spec/value.ts'
import type { TextFilter } from './escape.ts'
import { stackText } from './stack-text.ts'
import { keyText, stringText } from './value-text.ts'

/** A value as JSON text, ASCII or UTF-8 as a byte string. */
export function jsonValue(value: Value): string {
  switch (value.kind) {
    case 'int':
    case 'pointer':
      return jsonInteger(value.value)
    case 'bool':
      return value.value ? 'true' : 'false'
    case 'string':
      return jsonString(stringText(value))
    case 'stack':
      return jsonString(stackText(value, asItIs))
    case 'symbol':
      return jsonString(value.name)
    case 'buffer':
      return jsonArray(Array.from(value.bytes, (byte) => String((byte.charCodeAt(0) << 24) >> 24)))
    case 'tuple':
    case 'array':
      return jsonArray(value.items.map(jsonValue))
    case 'record':
      return jsonObject(value.fields.map((field) => [field.name, jsonValue(field.value)]))
    case 'stats':
      return jsonObject((['count', 'average', 'total'] as const).map((name) => [name, jsonInteger(value[name])]))
    case 'histogram':
      return jsonArray(value.buckets.map((bucket) => jsonBucket(bucket)))
    case 'series':
      return jsonArray(
        value.points.map(({ start, value: number }) => `{"interval_start":${jsonString(start)},"value":${jsonInteger(number)}}`),
      )
    case 'none':
      return 'null'
    default:
      return assertNever(value, 'value')
  }
}

/** The key of a map: its text, without the outer parentheses of a tuple and without any space. */
export function jsonKey(key: Value): string {
  return keyText(key, asItIs).replaceAll(' ', '')
}

/** Members in order; names are byte strings, values are JSON. */
export function jsonObject(members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, json]) => `${jsonString(name)}: ${json}`).join(', ')}}`
}

/** A byte string as a JSON string: read as UTF-8, so that what is written always is. */
export function jsonString(bytes: string): string {
  return `"${toByteString(fromByteString(bytes)).replace(ESCAPED, escapeCharacter)}"`
}

/** An integer; as a string where a reader that keeps numbers as doubles would get another one. */
function jsonInteger(value: bigint): string {
  return BigInt(Number(value)) === value ? value.toString() : `"${value}"`
}

/** The quote, the backslash, and everything below the space. */
const ESCAPED = /["\\]|[^ -\uffff]/g
const SHORT_ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' }
const asItIs: TextFilter = (bytes) => bytes

function escapeCharacter(character: string): string {
  return SHORT_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

function jsonArray(items: readonly string[]): string {
  return `[${items.join(',')}]`
}

function jsonBucket(bucket: { readonly min?: bigint; readonly max?: bigint; readonly count: bigint }): string {
  const members = (['min', 'max', 'count'] as const).flatMap((name) => {
    const bound = bucket[name]
    return bound === undefined ? [] : [[name, jsonInteger(bound)] as const]
  })
  return jsonObject(members)
}
