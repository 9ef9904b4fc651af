/**
 * Where a value is, as something that code can be generated from: registers of the hit, memory, constants, and what is
 * computed from them. The stack machine of DWARF is gone here.
 */

/** A 64-bit number computed at the hit. Arithmetic is modulo 2^64. */
export type Term =
  | { readonly kind: 'constant'; readonly value: bigint }
  /** An address of the object's own tables: where the object slides, the slide is to be added. */
  | { readonly kind: 'address'; readonly value: bigint }
  /** A register by its number in DWARF; see `registers.ts`. */
  | { readonly kind: 'register'; readonly register: number }
  /** `size` bytes at an address, zero-extended. */
  | { readonly kind: 'read'; readonly at: Term; readonly size: 1 | 2 | 4 | 8 }
  | { readonly kind: 'binary'; readonly operator: BinaryOperator; readonly left: Term; readonly right: Term }

/** What two terms are combined by; comparisons are signed and yield 0 or 1. */
export type BinaryOperator =
  | 'add'
  | 'sub'
  | 'mul'
  | 'sdiv'
  | 'urem'
  | 'and'
  | 'or'
  | 'xor'
  | 'shl'
  | 'lshr'
  | 'ashr'
  | 'eq'
  | 'ne'
  | 'slt'
  | 'sle'
  | 'sgt'
  | 'sge'

/** Where a value is. */
export type Location =
  | { readonly kind: 'register'; readonly register: number }
  /** In memory, at an address. */
  | { readonly kind: 'memory'; readonly address: Term }
  /** Nowhere, but this is what it would be: its low bytes. */
  | { readonly kind: 'value'; readonly value: Term }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  /** Pieces one after another, from the lowest address on. */
  | { readonly kind: 'pieces'; readonly pieces: readonly Piece[] }

/** Part of a value. */
export interface Piece {
  /** In bytes. */
  readonly size: number
  /** Undefined where this part has been optimised out. */
  readonly location: Location | undefined
}

/** Why there is no location; a clause such as `it is optimised out at this address`. */
export interface NoLocation {
  readonly kind: 'nowhere'
  readonly reason: string
}

/** A miss. */
export function nowhere(reason: string): NoLocation {
  return { kind: 'nowhere', reason }
}

const FOLD: Readonly<Partial<Record<BinaryOperator, (left: bigint, right: bigint) => bigint>>> = {
  add: (left, right) => left + right,
  sub: (left, right) => left - right,
  mul: (left, right) => left * right,
  and: (left, right) => left & right,
  or: (left, right) => left | right,
  xor: (left, right) => left ^ right,
  shl: (left, right) => (right > 63n ? 0n : left << right),
  lshr: (left, right) => (right > 63n ? 0n : left >> right),
}

/** Combines two terms; constants at once, and sums of sums into one offset. */
export function combine(operator: BinaryOperator, left: Term, right: Term): Term {
  const fold = FOLD[operator]
  if (left.kind === 'constant' && right.kind === 'constant' && fold !== undefined)
    return { kind: 'constant', value: BigInt.asUintN(64, fold(left.value, right.value)) }
  if (operator === 'sub' && right.kind === 'constant') return combine('add', left, constant(-right.value))
  if (operator !== 'add') return { kind: 'binary', operator, left, right }
  if (left.kind === 'constant') return combine('add', right, left)
  if (right.kind !== 'constant') return { kind: 'binary', operator, left, right }
  if (right.value === 0n) return left
  if (left.kind === 'address') return { kind: 'address', value: BigInt.asUintN(64, left.value + right.value) }
  if (left.kind === 'binary' && left.operator === 'add' && left.right.kind === 'constant')
    return combine('add', left.left, constant(left.right.value + right.value))
  return { kind: 'binary', operator, left, right }
}

/** A number, modulo 2^64. */
export function constant(value: bigint): Term {
  return { kind: 'constant', value: BigInt.asUintN(64, value) }
}

/** A register's value plus so many bytes. */
export function registerPlus(register: number, offset: bigint): Term {
  return combine('add', { kind: 'register', register }, constant(offset))
}

/** The part of a location that begins `offset` bytes into it; undefined where that is not to be told (inside of a register). */
export function locationPlus(location: Location, offset: number): Location | undefined {
  if (offset === 0) return location
  switch (location.kind) {
    case 'memory':
      return { kind: 'memory', address: combine('add', location.address, constant(BigInt(offset))) }
    case 'bytes':
      return { kind: 'bytes', bytes: location.bytes.subarray(offset) }
    case 'value':
      return { kind: 'value', value: combine('lshr', location.value, constant(BigInt(offset * 8))) }
    case 'register':
      return { kind: 'value', value: combine('lshr', { kind: 'register', register: location.register }, constant(BigInt(offset * 8))) }
    case 'pieces':
      return dropPieces(location.pieces, offset)
  }
}

function dropPieces(pieces: readonly Piece[], offset: number): Location | undefined {
  let skipped = 0
  for (const [index, { size, location }] of pieces.entries()) {
    if (offset >= skipped + size) {
      skipped += size
      continue
    }
    const into = offset - skipped
    const first = { size: size - into, location: location === undefined ? undefined : locationPlus(location, into) }
    return { kind: 'pieces', pieces: [first, ...pieces.slice(index + 1)] }
  }
  return undefined
}
