/**
 * Where Go's calling conventions on amd64 have the arguments and results of a call: in registers (Go 1.17 and later), or on the
 * stack (before, and in assembly). Source: go.dev/s/regabi, "Argument and result passing".
 */
import { combine, constant, type Location, type Piece, type Term } from '../locations/location.ts'
import { FIRST_VECTOR_REGISTER, REGISTER } from '../locations/registers.ts'
import { alignmentOf, type GoShape } from './go-shape.ts'

const INTEGERS = [REGISTER.ax, REGISTER.bx, REGISTER.cx, REGISTER.di, REGISTER.si, REGISTER.r8, REGISTER.r9, REGISTER.r10, REGISTER.r11]
const VECTORS = 15
const WORD_SIZE = 8

/** A call: the types of what is passed, the receiver first, and of what is returned. */
export interface GoCall {
  readonly abi: 'registers' | 'stack'
  readonly parameters: readonly GoShape[]
  readonly results: readonly GoShape[]
  /** Where the part of the frame begins that the caller has made for it: above the return address. */
  readonly frame: Term
}

/** Where each argument is when the function is entered, and each result when it returns. */
export interface GoPlaces {
  readonly parameters: readonly Location[]
  readonly results: readonly Location[]
}

/** The places of a call's arguments and results. */
export function assignGo({ abi, parameters, results, frame }: GoCall): GoPlaces {
  const stack = { frame, used: 0 }
  const assign = (shapes: readonly GoShape[]) => {
    const registers: Registers = abi === 'registers' ? { integers: 0, vectors: 0 } : { integers: INTEGERS.length, vectors: VECTORS }
    const places = shapes.map((shape) => inRegisters(shape, registers) ?? onStack(shape, stack))
    stack.used = Math.ceil(stack.used / WORD_SIZE) * WORD_SIZE
    return places
  }
  return { parameters: assign(parameters), results: assign(results) }
}

/** How many of each kind are taken. */
interface Registers {
  integers: number
  vectors: number
}

interface Part {
  readonly offset: number
  readonly size: number
  readonly register: number
}

/** Undefined for what does not fit as a whole, which then takes none. */
function inRegisters(shape: GoShape, registers: Registers): Location | undefined {
  if (shape.size === 0) return undefined
  const before = { ...registers }
  const parts: Part[] = []
  if (takeParts(parts, shape, { registers, offset: 0 })) return join(parts, shape.size)
  Object.assign(registers, before)
  return undefined
}

/** Gives registers to all parts of a value; false when one finds none. */
function takeParts(parts: Part[], shape: GoShape, { registers, offset }: { registers: Registers; offset: number }): boolean {
  const half = shape.size / 2
  switch (shape.kind) {
    case 'struct':
      return shape.fields.every((field) => field.blank || takeParts(parts, field.shape, { registers, offset: offset + field.offset }))
    case 'array':
      return shape.count === 0 || (shape.count === 1 && takeParts(parts, shape.element, { registers, offset }))
    case 'complex':
      return takeVector(parts, registers, { offset, size: half }) && takeVector(parts, registers, { offset: offset + half, size: half })
    case 'float':
      return takeVector(parts, registers, { offset, size: shape.size })
    case 'integer':
      return shape.size === 0 || takeInteger(parts, registers, { offset, size: shape.size })
  }
}

function takeInteger(parts: Part[], registers: Registers, at: { readonly offset: number; readonly size: number }): boolean {
  const register = INTEGERS[registers.integers++]
  if (register !== undefined) parts.push({ ...at, register })
  return register !== undefined
}

function takeVector(parts: Part[], registers: Registers, at: { readonly offset: number; readonly size: number }): boolean {
  parts.push({ ...at, register: FIRST_VECTOR_REGISTER + registers.vectors })
  return registers.vectors++ < VECTORS
}

function onStack(shape: GoShape, stack: { readonly frame: Term; used: number }): Location {
  const alignment = alignmentOf(shape)
  const at = Math.ceil(stack.used / alignment) * alignment
  stack.used = at + shape.size
  return { kind: 'memory', address: combine('add', stack.frame, constant(BigInt(at))) }
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
