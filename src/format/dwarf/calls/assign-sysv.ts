/**
 * Where the System V ABI of x86-64 has the arguments of a call and its result. Source: the AMD64 supplement, section 3.2.3.
 */
import { AT } from '../constants.ts'
import { type Die, numberOf } from '../die.ts'
import { combine, constant, type Location, type Piece, type Term } from '../locations/location.ts'
import { FIRST_VECTOR_REGISTER, REGISTER } from '../locations/registers.ts'
import { type DebugType, resolveType } from '../types/debug-type.ts'
import { membersOf } from '../types/members.ts'

const INTEGERS = [REGISTER.di, REGISTER.si, REGISTER.dx, REGISTER.cx, REGISTER.r8, REGISTER.r9]
const VECTORS = 8
/** `DW_CC_pass_by_reference`, on classes that only their own code may copy. */
const PASS_BY_REFERENCE = 4
const EIGHT = 8

/** How each eight bytes of a value are passed; `memory` as a whole, `reference` by a pointer. */
type Classes = readonly ('integer' | 'vector')[] | 'memory' | 'reference'

/** The places of arguments of the given types, where the frame begins at `cfa`. Throws `FormatError`. */
export function assignSysv(parameters: readonly (Die | undefined)[], result: Die | undefined, cfa: Term): (Location | undefined)[] {
  const resultClasses = result === undefined ? [] : classify(result)
  const state = { integers: typeof resultClasses === 'string' ? 1 : 0, vectors: 0, stack: 0 }
  return parameters.map((type) => assign(type, state, cfa))
}

interface State {
  integers: number
  vectors: number
  /** Bytes of stack that earlier arguments take. */
  stack: number
}

function assign(die: Die | undefined, state: State, cfa: Term): Location | undefined {
  const size = sizeOf(resolveType(die).type)
  if (size === undefined) return undefined
  const classes = classify(die)
  if (classes === 'reference') {
    const pointer = assignClasses(['integer'], EIGHT, state) ?? onStack(state, cfa, { size: EIGHT, alignment: EIGHT })
    return pointer.kind === 'register'
      ? { kind: 'memory', address: { kind: 'register', register: pointer.register } }
      : { kind: 'memory', address: { kind: 'read', at: pointer.kind === 'memory' ? pointer.address : cfa, size: EIGHT } }
  }
  const inRegisters = classes === 'memory' ? undefined : assignClasses(classes, size, state)
  return inRegisters ?? onStack(state, cfa, { size, alignment: alignmentOf(die) })
}

/** Undefined where not all of the value fits into the registers that are left: then none of it goes there. */
function assignClasses(classes: Exclude<Classes, string>, size: number, state: State): Location | undefined {
  const integers = classes.filter((one) => one === 'integer').length
  const vectors = classes.length - integers
  if (state.integers + integers > INTEGERS.length || state.vectors + vectors > VECTORS) return undefined
  return join(classes, size, (one) =>
    one === 'integer' ? (INTEGERS[state.integers++] as number) : FIRST_VECTOR_REGISTER + state.vectors++,
  )
}

function join(classes: Exclude<Classes, string>, size: number, next: (one: 'integer' | 'vector') => number): Location | undefined {
  const pieces: Piece[] = classes.map((one, index) => ({
    size: Math.min(EIGHT, size - index * EIGHT),
    location: { kind: 'register', register: next(one) },
  }))
  return pieces.length === 1 ? pieces[0]?.location : { kind: 'pieces', pieces }
}

function onStack(state: State, cfa: Term, { size, alignment }: { readonly size: number; readonly alignment: number }): Location {
  const at = alignment > EIGHT ? Math.ceil(state.stack / 16) * 16 : state.stack
  state.stack = at + Math.ceil(size / EIGHT) * EIGHT
  return { kind: 'memory', address: combine('add', cfa, constant(BigInt(at))) }
}

function classify(die: Die | undefined): Classes {
  const { type } = resolveType(die)
  const size = sizeOf(type) ?? 0
  if (type.kind === 'record' && numberOf(type.die, AT.calling_convention) === PASS_BY_REFERENCE) return 'reference'
  if (type.kind === 'base' && type.encoding === 'float' && size > EIGHT) return 'memory'
  if (size > 2 * EIGHT) return 'memory'
  const classes: ('integer' | 'vector' | undefined)[] = Array.from({ length: Math.ceil(size / EIGHT) })
  if (!classifyInto(classes, die, 0)) return 'memory'
  return classes.map((one) => one ?? 'vector')
}

/** False for what must be in memory: fields that are not aligned, and long doubles. */
function classifyInto(classes: ('integer' | 'vector' | undefined)[], die: Die | undefined, offset: number): boolean {
  const { type } = resolveType(die)
  const size = sizeOf(type) ?? 0
  if (type.kind === 'record') return membersOf(type.die).every((member) => classifyInto(classes, member.type, offset + member.offset))
  if (type.kind === 'array') {
    const each = sizeOf(resolveType(type.element).type) ?? 0
    const count = Math.min(type.count ?? 0, 16)
    return Array.from({ length: count }).every((_, index) => classifyInto(classes, type.element, offset + index * each))
  }
  const isVector = type.kind === 'base' && (type.encoding === 'float' || type.encoding === 'other')
  if (isVector && size > EIGHT) return false
  if (size > 0 && offset % Math.min(size, EIGHT) !== 0) return false
  for (let at = Math.floor(offset / EIGHT); at * EIGHT < offset + size; at++) {
    if (!isVector) classes[at] = 'integer'
    else classes[at] ??= 'vector'
  }
  return true
}

function alignmentOf(die: Die | undefined, depth = 0): number {
  const { type } = resolveType(die)
  if (depth > 16) return EIGHT
  if (type.kind === 'record') return Math.max(1, ...membersOf(type.die).map((member) => alignmentOf(member.type, depth + 1)))
  if (type.kind === 'array') return alignmentOf(type.element, depth + 1)
  return Math.max(1, sizeOf(type) ?? 1)
}

const DEEPEST = 16

/** Bytes of a type; undefined where they are not known. Throws `FormatError`. */
export function sizeOf(type: DebugType, depth = 0): number | undefined {
  switch (type.kind) {
    case 'void':
      return 0
    case 'function':
      return EIGHT
    case 'array': {
      const each = depth === DEEPEST ? undefined : sizeOf(resolveType(type.element).type, depth + 1)
      return each === undefined || type.count === undefined ? undefined : each * type.count
    }
    default:
      return type.size
  }
}
