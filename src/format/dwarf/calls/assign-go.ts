/**
 * Where Go's register ABI on amd64 has the arguments and results of a call (Go 1.17 and later). Source: go.dev/s/regabi,
 * "Argument and result passing".
 */
import type { Die } from '../die.ts'
import { combine, constant, type Location, type Piece, type Term } from '../locations/location.ts'
import { FIRST_VECTOR_REGISTER, REGISTER } from '../locations/registers.ts'
import { resolveType } from '../types/debug-type.ts'
import { membersOf } from '../types/members.ts'
import { sizeOf } from './assign-sysv.ts'

const INTEGERS = [REGISTER.ax, REGISTER.bx, REGISTER.cx, REGISTER.di, REGISTER.si, REGISTER.r8, REGISTER.r9, REGISTER.r10, REGISTER.r11]
const VECTORS = 15
const WORD = 8
const DEEPEST = 16

/** A parameter's type, or `word` for a pointer that debug information leaves out (the dictionary of a generic function). */
export type GoParameter = Die | undefined | 'word'

/** The places of arguments, or of results, of the given types; those on the stack begin at `stack`. Throws `FormatError`. */
export function assignGo(parameters: readonly GoParameter[], stack: Term): (Location | undefined)[] {
  const state: State = { integers: 0, vectors: 0 }
  let onStack = 0
  return parameters.map((type) => {
    const before = { ...state }
    const parts: Part[] = []
    const size = type === 'word' ? WORD : (sizeOf(resolveType(type).type) ?? 0)
    const fits =
      size > 0 &&
      (type === 'word' ? takeInteger(parts, state, { offset: 0, size: WORD }) : assignParts(parts, type, { state, offset: 0, depth: 0 }))
    if (fits) return join(parts, size)
    Object.assign(state, before)
    const alignment = type === 'word' ? WORD : alignmentOf(type, 0)
    const at = Math.ceil(onStack / alignment) * alignment
    onStack = at + size
    return { kind: 'memory', address: combine('add', stack, constant(BigInt(at))) }
  })
}

interface State {
  integers: number
  vectors: number
}

interface Part {
  readonly offset: number
  readonly size: number
  readonly register: number
}

interface Into {
  readonly state: State
  readonly offset: number
  readonly depth: number
}

/** Gives registers to all parts of a value; false when it must go to the stack as a whole. */
function assignParts(parts: Part[], die: Die | undefined, { state, offset, depth }: Into): boolean {
  const { type } = resolveType(die)
  const size = sizeOf(type) ?? 0
  if (depth > DEEPEST) return false
  if (type.kind === 'record')
    return membersOf(type.die).every(
      (member) => member.name === '_' || assignParts(parts, member.type, { state, offset: offset + member.offset, depth: depth + 1 }),
    )
  if (type.kind === 'array') {
    if (type.count === 0) return true
    return type.count === 1 && assignParts(parts, type.element, { state, offset, depth: depth + 1 })
  }
  if (size === 0) return true
  const isComplex = type.kind === 'base' && type.encoding === 'other'
  if (isComplex)
    return takeVector(parts, state, { offset, size: size / 2 }) && takeVector(parts, state, { offset: offset + size / 2, size: size / 2 })
  if (type.kind === 'base' && type.encoding === 'float') return takeVector(parts, state, { offset, size })
  return takeInteger(parts, state, { offset, size })
}

function takeInteger(parts: Part[], state: State, at: { readonly offset: number; readonly size: number }): boolean {
  const register = INTEGERS[state.integers++]
  if (register !== undefined) parts.push({ ...at, register })
  return register !== undefined
}

function takeVector(parts: Part[], state: State, at: { readonly offset: number; readonly size: number }): boolean {
  parts.push({ ...at, register: FIRST_VECTOR_REGISTER + state.vectors })
  return state.vectors++ < VECTORS
}

/** Fields are in a register each; what is padding between them is nowhere. */
function join(parts: readonly Part[], size: number): Location {
  const [only] = parts
  if (only !== undefined && parts.length === 1 && only.size === size) return { kind: 'register', register: only.register }
  const pieces: Piece[] = []
  let end = 0
  for (const part of parts) {
    if (part.offset > end) pieces.push({ size: part.offset - end, location: undefined })
    pieces.push({ size: part.size, location: { kind: 'register', register: part.register } })
    end = part.offset + part.size
  }
  if (size > end) pieces.push({ size: size - end, location: undefined })
  return { kind: 'pieces', pieces }
}

function alignmentOf(die: Die | undefined, depth: number): number {
  const { type } = resolveType(die)
  if (depth > DEEPEST) return WORD
  if (type.kind === 'record') return Math.max(1, ...membersOf(type.die).map((member) => alignmentOf(member.type, depth + 1)))
  if (type.kind === 'array') return alignmentOf(type.element, depth + 1)
  return Math.min(WORD, Math.max(1, sizeOf(type) ?? 1))
}
