/**
 * Types of programs as types of the tracing language: integers, pointers, arrays, and records known by number. What a
 * probe cannot compute with (floating point) has a reason instead.
 */
import { sizeOf } from '../../format/dwarf/calls/assign-sysv.ts'
import type { Die } from '../../format/dwarf/die.ts'
import { languageOf } from '../../format/dwarf/functions/debug-function.ts'
import { type RecordType as DebugRecord, type DebugType, type ResolvedType, resolveType } from '../../format/dwarf/types/debug-type.ts'
import { findMember } from '../../format/dwarf/types/members.ts'
import { BOOL, INT8, INT16, INT32, INT64, type RecordType, type Type, UINT8, UINT16, UINT32, UINT64 } from '../../spec/types/type.ts'

const SIGNED: Readonly<Record<number, Type>> = { 1: INT8, 2: INT16, 4: INT32, 8: INT64 }
const UNSIGNED: Readonly<Record<number, Type>> = { 1: UINT8, 2: UINT16, 4: UINT32, 8: UINT64 }
/** `reflect.Kind` of Go. */
const GO_KIND = { chan: 18, func: 19, interface: 20, map: 21, slice: 23, string: 24 } as const
/** Pointers to pointers beyond this are addresses of nothing known. */
const DEEPEST = 4

/** Records by number. */
export class RecordTable {
  readonly #dies: Die[] = []
  readonly #numbers = new WeakMap<object, Map<number, number>>()

  /** The number of a record. */
  numberOf(die: Die): number {
    const numbers = this.#numbers.get(die.unit) ?? new Map<number, number>()
    this.#numbers.set(die.unit, numbers)
    const known = numbers.get(die.at)
    if (known !== undefined) return known
    const number = this.#dies.push(die) - 1
    numbers.set(die.at, number)
    return number
  }

  /** The entry of a record. */
  dieOf(number: number): Die | undefined {
    return this.#dies[number]
  }

  /** The type of what a string or slice has many of. Throws `FormatError`. */
  elementOf(die: Die): Type | string {
    for (const name of ['array', 'str', 'data_ptr', '_M_p']) {
      const pointer = findMember(die, name)
      const type = pointer === undefined ? undefined : resolveType(pointer.type).type
      if (type?.kind === 'pointer') return typeOf(type.to, this)
    }
    return 'nothing is known of its elements'
  }
}

/** The type that an entry stands for, or a clause that says why it has none. Throws `FormatError`. */
export function typeOf(die: Die | undefined, records: RecordTable, depth = 0): Type | string {
  const resolved = resolveType(die)
  const { type } = resolved
  switch (type.kind) {
    case 'void':
      return 'it has no type'
    case 'base':
      return baseType(type, resolved)
    case 'enum':
      return (type.signed ? SIGNED : UNSIGNED)[type.size] ?? `it has ${type.size} bytes`
    case 'pointer':
      return resolved.go?.kind === GO_KIND.map || resolved.go?.kind === GO_KIND.chan
        ? countedType(type, records)
        : pointerType(type, records, depth)
    case 'function':
      return resolved.go === undefined ? { kind: 'pointer', space: 'user' } : GO_FUNCTION
    case 'record':
      return recordType(type, resolved, records)
    case 'array':
      return arrayType(type, records, depth)
    case 'opaque':
      return `its type '${type.name}' is not one that borescope knows`
  }
}

/** In C and what is like it a boolean is a number. */
function baseType({ encoding, size, signed, name }: Extract<DebugType, { kind: 'base' }>, { go }: ResolvedType): Type | string {
  if (encoding === 'float' || encoding === 'other') return `it is of the type '${name}', and programs in the kernel do not compute with it`
  if (encoding === 'boolean' && size === 1 && go !== undefined) return BOOL
  return (signed ? SIGNED : UNSIGNED)[size] ?? `it is an integer of ${size} bytes`
}

/** A function value of Go points to a closure, which begins with the address of the code. */
const GO_FUNCTION: Type = { kind: 'pointer', space: 'user', to: UINT64 }

/** Maps (of both designs) and channels of Go begin with the number of what is in them. */
function countedType({ to }: Extract<DebugType, { kind: 'pointer' }>, records: RecordTable): Type {
  const record = typeOf(to, records)
  return {
    kind: 'pointer',
    space: 'user',
    ...(typeof record === 'object' && record.kind === 'record' ? { to: { ...record, count: 0 } } : {}),
  }
}

function pointerType(type: Extract<DebugType, { kind: 'pointer' }>, records: RecordTable, depth: number): Type {
  const to = type.to === undefined || depth === DEEPEST ? undefined : pointee(type.to, records, depth)
  return { kind: 'pointer', space: 'user', ...(typeof to === 'object' ? { to } : {}) }
}

/** What a pointer to an array points to is read as its first element. */
function pointee(die: Die, records: RecordTable, depth: number): Type | string {
  const type = typeOf(die, records, depth + 1)
  return typeof type === 'object' && type.kind === 'string' ? INT8 : type
}

function arrayType({ element, dimensions }: Extract<DebugType, { kind: 'array' }>, records: RecordTable, depth: number): Type | string {
  const { type } = resolveType(element)
  const outer = [...dimensions]
  const isText = type.kind === 'base' && type.encoding === 'character' && (outer.at(-1) ?? 0) > 0
  const one = depth === DEEPEST ? 'it is an array of arrays' : typeOf(element, records, depth + 1)
  const innermost: Type | string = isText ? { kind: 'string', size: outer.pop() ?? 0 } : one
  if (typeof innermost === 'string') return innermost
  return outer.reduceRight<Type>((inner, count) => ({ kind: 'array', element: inner, count: count ?? 0 }), innermost)
}

function recordType(type: DebugRecord, { name, go }: ResolvedType, records: RecordTable): RecordType {
  const isPlain = go === undefined && languageOf(type.die) === 'c'
  const shown = isPlain && type.name !== '' && name === type.name ? `${type.form} ${name}` : name || `an unnamed ${type.form}`
  const sequence = sequenceOf(type, go?.kind)
  return {
    kind: 'record',
    name: shown,
    size: type.size ?? 0,
    id: records.numberOf(type.die),
    ...(sequence === undefined ? {} : { sequence }),
    ...(go?.kind === GO_KIND.interface ? { dynamic: type.name === 'runtime.eface' ? 'type' : 'itab' } : {}),
  }
}

/** Strings and slices, by how each language lays them out. */
function sequenceOf({ die, name }: DebugRecord, goKind: number | undefined): RecordType['sequence'] {
  if (goKind === GO_KIND.string) return { pointer: 0, length: 8, text: true }
  if (goKind === GO_KIND.slice) return { pointer: 0, length: 8, text: false, ...(isOfBytes(die) ? { bytes: true } : {}) }
  if (/^&(mut )?(str|\[.*\])$/.test(name)) return fieldsOf(die, ['data_ptr', 'length'], name.endsWith('str'))
  if (/^basic_string<char,/.test(name)) return fieldsOf(die, ['_M_dataplus', '_M_string_length'], true)
  return undefined
}

function isOfBytes(slice: Die): boolean {
  const pointer = resolveType(findMember(slice, 'array')?.type).type
  const element = pointer.kind === 'pointer' ? resolveType(pointer.to).type : undefined
  return element?.kind === 'base' && element.size === 1 && element.encoding === 'unsigned'
}

function fieldsOf(die: Die, [pointer, length]: readonly [string, string], text: boolean): RecordType['sequence'] {
  const [first, second] = [findMember(die, pointer), findMember(die, length)]
  const isLength = second !== undefined && sizeOf(resolveType(second.type).type) === 8
  return first === undefined || !isLength ? undefined : { pointer: first.offset, length: second.offset, text }
}
