/**
 * Parses what stands around a declared name: `*p`, `a[4]`, `(*f)(int)`.
 */
import type { ArrayType, PointerType, Type } from '../../spec/types/type.ts'
import { QUALIFIERS } from './base-types.ts'
import type { CMember } from './c-types.ts'
import type { TokenReader } from './token-reader.ts'

/** A type and how it lies in memory. `type` is a clause that says why when its values cannot be read, undefined for `void`. */
export interface Sized {
  readonly type: Type | string | undefined
  readonly size: number
  readonly align: number
  /** For `char` by itself: an array of it is a text, one of `signed char` is not. */
  readonly isCharacter?: boolean
  /** Of an anonymous struct or union. */
  readonly members?: readonly CMember[]
}

/** Parses a declarator of a thing of type `base`; the name is undefined where there is none. */
export function parseDeclarator(
  reader: TokenReader,
  base: Sized,
  constant: () => bigint,
): { readonly name: string | undefined; readonly type: Sized } {
  let type = base
  for (;;) {
    if (reader.accept('*')) type = pointerTo(type)
    else if (QUALIFIERS.has(reader.peek()?.text ?? '')) reader.next()
    else break
  }
  if (reader.at('(') && isNested(reader)) return nested(reader, type, constant)
  const name = reader.peek()?.kind === 'word' && reader.peek()?.text !== '__attribute__' ? reader.next().text : undefined
  return { name, type: suffixed(reader, type, constant) }
}

/** `(*name)...`: what stands behind the parentheses is nearer to the base than what stands within. */
function nested(reader: TokenReader, base: Sized, constant: () => bigint): { readonly name: string | undefined; readonly type: Sized } {
  reader.next()
  const inner: { marks: number; name: string | undefined; sizes: number[] } = { marks: 0, name: undefined, sizes: [] }
  for (;;) {
    if (reader.accept('*')) inner.marks++
    else if (QUALIFIERS.has(reader.peek()?.text ?? '')) reader.next()
    else break
  }
  if (reader.at('(')) {
    // A function that answers a function; nobody reads such a value but as an address.
    reader.skipGroup()
  } else if (reader.peek()?.kind === 'word') inner.name = reader.next().text
  if (reader.at('(')) reader.skipGroup()
  while (reader.accept('[')) inner.sizes.push(arraySize(reader, constant))
  reader.expect(')')
  let type = suffixed(reader, base, constant)
  for (let mark = 0; mark < inner.marks; mark++) type = pointerTo(type)
  for (const size of inner.sizes.toReversed()) type = arrayOf(type, size)
  return { name: inner.name, type }
}

function isNested(reader: TokenReader): boolean {
  const next = reader.peek(1)
  return next?.text === '*' || next?.text === '(' || (next?.kind === 'word' && reader.peek(2)?.text === ')')
}

function suffixed(reader: TokenReader, base: Sized, constant: () => bigint): Sized {
  if (reader.at('(')) {
    reader.skipGroup()
    return FUNCTION
  }
  const sizes: number[] = []
  while (reader.accept('[')) sizes.push(arraySize(reader, constant))
  return sizes.reduceRight<Sized>((type, size) => arrayOf(type, size), base)
}

/** What a pointer to a function points to. */
const FUNCTION: Sized = { type: undefined, size: 1, align: 1 }

function arraySize(reader: TokenReader, constant: () => bigint): number {
  const size = reader.at(']') ? 0 : Number(constant())
  if (size < 0) throw reader.problem(`an array cannot have ${size} elements`)
  reader.expect(']')
  return size
}

/** Of what cannot be read only the address is known. */
function pointerTo({ type }: Sized): Sized {
  const pointer: PointerType = typeof type === 'object' ? { kind: 'pointer', to: type, space: 'none' } : { kind: 'pointer', space: 'none' }
  return { type: pointer, size: 8, align: 8 }
}

/** An array; of characters it is a text. */
function arrayOf(element: Sized, count: number): Sized {
  const { type, align } = element
  const size = element.size * count
  if (type === undefined || typeof type === 'string') return { type, size, align }
  const whole: Type =
    element.isCharacter === true && count > 0
      ? { kind: 'string', size: count }
      : ({ kind: 'array', element: type, count } satisfies ArrayType)
  return { type: whole, size, align }
}
