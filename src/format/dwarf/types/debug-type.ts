/**
 * Types as debug information describes them, one level at a time: what a type refers to is an entry to be asked again, since
 * types go round in circles. Typedefs and qualifiers are looked through.
 */
import { AT, ENCODING, TAG } from '../constants.ts'
import { childrenOf, constantOf, type Die, isSet, numberOf, referenceOf } from '../die.ts'
import { addressOf, textOf } from '../unit-tables.ts'

/** A type. Sizes are in bytes. */
export type DebugType =
  | { readonly kind: 'void' }
  | {
      readonly kind: 'base'
      readonly name: string
      readonly size: number
      readonly encoding: 'signed' | 'unsigned' | 'boolean' | 'character' | 'float' | 'other'
      readonly signed: boolean
    }
  /** Also references of C++. `to` is undefined for `void *`. */
  | { readonly kind: 'pointer'; readonly to: Die | undefined; readonly size: number }
  | RecordType
  | { readonly kind: 'enum'; readonly name: string; readonly size: number; readonly signed: boolean; readonly die: Die }
  /** `dimensions` from the outermost; `count` is how many elements they are together, undefined where the length is not known. */
  | {
      readonly kind: 'array'
      readonly element: Die | undefined
      readonly count: number | undefined
      readonly dimensions: readonly (number | undefined)[]
    }
  | { readonly kind: 'function' }
  /** What has a size and no structure that is known here. */
  | { readonly kind: 'opaque'; readonly name: string; readonly size: number | undefined }

/** A struct, class or union. */
export interface RecordType {
  readonly kind: 'record'
  readonly form: 'struct' | 'union'
  /** Empty when it has none. */
  readonly name: string
  /** Undefined for one that is only declared. */
  readonly size: number | undefined
  readonly die: Die
}

/** What Go says of a type beside its layout: `reflect.Kind`, elements and keys. */
export interface GoFacts {
  readonly kind: number
  readonly element: Die | undefined
  readonly key: Die | undefined
  /** The address of the type's descriptor (`abi.Type`) in the object. */
  readonly runtimeType: bigint | undefined
}

/** A type behind its names. */
export interface ResolvedType {
  readonly type: DebugType
  /** The outermost name: that of a typedef, or of the type itself. */
  readonly name: string
  readonly go: GoFacts | undefined
}

const LONGEST_CHAIN = 64
const QUALIFIERS: ReadonlySet<number> = new Set([
  TAG.const_type,
  TAG.volatile_type,
  TAG.restrict_type,
  TAG.atomic_type,
  TAG.immutable_type,
  TAG.typedef,
])
const POINTERS: ReadonlySet<number> = new Set([TAG.pointer_type, TAG.reference_type, TAG.rvalue_reference_type])
const RECORDS: ReadonlySet<number> = new Set([TAG.structure_type, TAG.class_type, TAG.union_type])

/** The type that an entry describes; `void` for none. Throws `FormatError`. */
export function resolveType(die: Die | undefined): ResolvedType {
  let at = die
  let name: string | undefined
  let go: GoFacts | undefined
  for (let steps = 0; at !== undefined && QUALIFIERS.has(at.abbreviation.tag); steps++) {
    if (steps === LONGEST_CHAIN) return { type: { kind: 'opaque', name: name ?? '', size: undefined }, name: name ?? '', go }
    name ??= textOf(at, AT.name)
    go ??= goFactsOf(at)
    at = referenceOf(at, AT.type)
  }
  const definition = at === undefined ? undefined : (referenceOf(at, AT.signature) ?? at)
  const type: DebugType = definition === undefined ? { kind: 'void' } : describe(definition)
  return { type, name: name ?? (definition && textOf(definition, AT.name)) ?? '', go: go ?? (definition && goFactsOf(definition)) }
}

function goFactsOf(die: Die): GoFacts | undefined {
  const kind = numberOf(die, AT.go_kind)
  if (kind === undefined) return undefined
  return {
    // Flags of the runtime above the kind itself.
    kind: kind & 31,
    element: referenceOf(die, AT.go_elem),
    key: referenceOf(die, AT.go_key),
    runtimeType: addressOf(die, AT.go_runtime_type),
  }
}

function describe(die: Die): DebugType {
  const { tag } = die.abbreviation
  const name = textOf(die, AT.name) ?? ''
  const size = numberOf(die, AT.byte_size)
  if (RECORDS.has(tag)) {
    const declared = isSet(die, AT.declaration)
    return { kind: 'record', form: tag === TAG.union_type ? 'union' : 'struct', name, size: declared ? undefined : (size ?? 0), die }
  }
  if (POINTERS.has(tag)) return { kind: 'pointer', to: referenceOf(die, AT.type), size: size ?? die.unit.header.addressSize }
  switch (tag) {
    case TAG.base_type:
      return { kind: 'base', name, size: size ?? 0, ...encodingOf(numberOf(die, AT.encoding)) }
    case TAG.enumeration_type:
      return describeEnum(die, name, size)
    case TAG.array_type:
      return { kind: 'array', element: referenceOf(die, AT.type), ...dimensionsOf(die) }
    case TAG.subroutine_type:
      return { kind: 'function' }
    default:
      return { kind: 'opaque', name, size }
  }
}

type EncodingFacts = Pick<Extract<DebugType, { kind: 'base' }>, 'encoding' | 'signed'>

function encodingOf(encoding: number | undefined): EncodingFacts {
  switch (encoding) {
    case ENCODING.boolean:
      return { encoding: 'boolean', signed: false }
    case ENCODING.signed:
      return { encoding: 'signed', signed: true }
    case ENCODING.signed_char:
      return { encoding: 'character', signed: true }
    case ENCODING.unsigned_char:
      return { encoding: 'character', signed: false }
    case ENCODING.unsigned:
    case ENCODING.address:
    case ENCODING.UTF:
      return { encoding: 'unsigned', signed: false }
    case ENCODING.float:
      return { encoding: 'float', signed: true }
    default:
      return { encoding: 'other', signed: false }
  }
}

/** An enumeration is as signed as the type under it, or as its values. */
function describeEnum(die: Die, name: string, size: number | undefined): DebugType {
  const under = referenceOf(die, AT.type)
  const base = under === undefined ? undefined : resolveType(under).type
  if (base?.kind === 'base') return { kind: 'enum', name, size: size ?? base.size, signed: base.signed, die }
  const signed = [...childrenOf(die)].some((one) => (constantOf(one, AT.const_value) ?? 0n) < 0n)
  return { kind: 'enum', name, size: size ?? 4, signed, die }
}

/** Elements of an array: those of all its dimensions together are one behind another. */
function dimensionsOf(die: Die): Pick<Extract<DebugType, { kind: 'array' }>, 'count' | 'dimensions'> {
  const ranges = [...childrenOf(die)].filter((child) => child.abbreviation.tag === TAG.subrange_type)
  const dimensions = ranges.map((range) => numberOf(range, AT.count) ?? countByBound(range))
  const count = dimensions.reduce((total, one) => (total === undefined || one === undefined ? undefined : total * one), 1)
  return { count, dimensions }
}

function countByBound(dimension: Die): number | undefined {
  const upper = constantOf(dimension, AT.upper_bound)
  if (upper === undefined) return undefined
  const count = upper - (constantOf(dimension, AT.lower_bound) ?? 0n) + 1n
  // gcc writes the upper bound of `int a[0]` as -1 in a form without sign.
  return count < 0n || count > 0xffff_ffffn ? 0 : Number(count)
}
