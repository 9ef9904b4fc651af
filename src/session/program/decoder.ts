/**
 * Decoders of records, generated once per layout as straight-line JavaScript, since records are read by the million. Where
 * the process forbids code from strings (`--disallow-code-generation-from-strings`), the closures of the codec do the same.
 */
import { type IntType, sizeOf, type Type } from '../../spec/types/type.ts'
import { readerOf, type ValueReader } from './codec.ts'
import { textReader } from './text-reader.ts'

/** A decoder of the values of a type. What it answers holds no reference to the bytes. */
export function decoderOf(type: Type): ValueReader {
  const texts: ValueReader[] = []
  const expression = expressionOf(type, { at: 0, texts })
  try {
    return new Function('texts', `'use strict'; ${bindTexts(texts)} return (view, at) => ${expression}`)(texts) as ValueReader
  } catch (error) {
    if (error instanceof EvalError) return readerOf(type)
    throw error
  }
}

interface Place {
  readonly at: number
  /** Collects the readers of texts that the code calls as `text0`, `text1`, ... */
  readonly texts: ValueReader[]
}

function bindTexts(texts: readonly ValueReader[]): string {
  return texts.map((_, index) => `const text${index} = texts[${index}];`).join(' ')
}

function expressionOf(type: Type, { at, texts }: Place): string {
  switch (type.kind) {
    case 'int':
      return `view.${getterOf(type)}(at + ${at}, true)`
    case 'bool':
      return `view.getUint8(at + ${at}) !== 0`
    case 'string':
      return `text${texts.push(textReader(type.size)) - 1}(view, at + ${at})`
    case 'struct':
      return `({ ${type.fields.map((field) => `${keyOf(field.name)}: ${expressionOf(field.type, { at: at + field.offset, texts })}`).join(', ')} })`
    case 'array': {
      const { element, count } = type
      const size = sizeOf(element)
      return `[${Array.from({ length: count }, (_, index) => expressionOf(element, { at: at + index * size, texts })).join(', ')}]`
    }
    default:
      throw new TypeError(`a ${type.kind} is not a type of a program`)
  }
}

/** A literal with plain names is made at once; but a plain `__proto__` would set the prototype. */
function keyOf(name: string): string {
  return name === '__proto__' ? '["__proto__"]' : JSON.stringify(name)
}

function getterOf({ size, signed }: IntType): string {
  if (size === 8) return signed ? 'getBigInt64' : 'getBigUint64'
  return `get${signed ? 'Int' : 'Uint'}${size * 8}`
}
