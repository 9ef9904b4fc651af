/**
 * Runs a location expression on terms instead of numbers, and so turns it into a `Location`. What depends on the hit (a
 * branch, a value of the caller's frame) has no location, and says why. Source: the DWARF 5 standard, sections 2.5 and 2.6.
 */
import { ByteReader } from '../../../base/bytes.ts'
import { FormatError } from '../../../base/errors.ts'
import type { Unit } from '../debug-info.ts'
import { readSigned, readUnsigned } from '../leb128.ts'
import { addressAt } from '../unit-tables.ts'
import {
  type BinaryOperator,
  combine,
  constant,
  type Location,
  type NoLocation,
  nowhere,
  type Piece,
  registerPlus,
  type Term,
} from './location.ts'
import { OP, OPERATIONS_OF_A_KIND } from './operations.ts'

/** What an expression is run with. */
export interface Frame {
  readonly unit: Unit
  /** What `DW_OP_fbreg` counts from. */
  readonly frameBase: () => Term | NoLocation
  /** The canonical frame address; undefined where it is not known. */
  readonly cfa: Term | undefined
  /** True while the registers hold what the caller put there: entry values are then the registers themselves. */
  readonly atEntry: boolean
}

/** More operations, or deeper terms, are damage. */
const MOST_OPERATIONS = 256

/** Where an expression says that a value is. Throws `FormatError` when it is damaged. */
export function evaluate(expression: Uint8Array, frame: Frame): Location | NoLocation {
  if (expression.length === 0) return nowhere(OPTIMISED_OUT)
  const machine = new Machine(new ByteReader(expression, frame.unit.info.sections.name), frame)
  try {
    return machine.run()
  } catch (error) {
    if (error instanceof Unavailable) return nowhere(error.message)
    throw error
  }
}

/** The reason of an empty location. */
export const OPTIMISED_OUT = 'it is optimised out at this address'

/** Thrown and caught here: the way out of an expression that has no location. */
class Unavailable extends Error {}

const BINARY: Readonly<Record<number, BinaryOperator>> = {
  [OP.and]: 'and',
  [OP.div]: 'sdiv',
  [OP.minus]: 'sub',
  [OP.mod]: 'urem',
  [OP.mul]: 'mul',
  [OP.or]: 'or',
  [OP.plus]: 'add',
  [OP.shl]: 'shl',
  [OP.shr]: 'lshr',
  [OP.shra]: 'ashr',
  [OP.xor]: 'xor',
  [OP.eq]: 'eq',
  [OP.ge]: 'sge',
  [OP.gt]: 'sgt',
  [OP.le]: 'sle',
  [OP.lt]: 'slt',
  [OP.ne]: 'ne',
}

const CONSTANTS: Readonly<Record<number, (reader: ByteReader) => bigint>> = {
  [OP.const1u]: (reader) => BigInt(reader.u8()),
  [OP.const1s]: (reader) => BigInt.asIntN(8, BigInt(reader.u8())),
  [OP.const2u]: (reader) => BigInt(reader.u16()),
  [OP.const2s]: (reader) => BigInt.asIntN(16, BigInt(reader.u16())),
  [OP.const4u]: (reader) => BigInt(reader.u32()),
  [OP.const4s]: (reader) => BigInt(reader.i32()),
  [OP.const8u]: (reader) => reader.u64(),
  [OP.const8s]: (reader) => reader.u64(),
  [OP.constu]: readUnsigned,
  [OP.consts]: readSigned,
}

const UNAVAILABLE: Readonly<Record<number, string>> = {
  [OP.form_tls_address]: 'it is thread-local',
  [OP.GNU_push_tls_address]: 'it is thread-local',
  [OP.implicit_pointer]: 'the pointer is optimised out, and only what it points to is left',
  [OP.GNU_implicit_pointer]: 'the pointer is optimised out, and only what it points to is left',
  [OP.GNU_parameter_ref]: 'only its caller has it',
  [OP.GNU_variable_value]: 'it depends on another variable',
  [OP.const_type]: 'it is computed in a type of its own',
  [OP.regval_type]: 'it is computed in a type of its own',
  [OP.deref_type]: 'it is computed in a type of its own',
  [OP.convert]: 'it is computed in a type of its own',
  [OP.reinterpret]: 'it is computed in a type of its own',
  [OP.GNU_const_type]: 'it is computed in a type of its own',
  [OP.GNU_regval_type]: 'it is computed in a type of its own',
  [OP.GNU_deref_type]: 'it is computed in a type of its own',
  [OP.GNU_convert]: 'it is computed in a type of its own',
}

class Machine {
  readonly #reader: ByteReader
  readonly #frame: Frame
  readonly #stack: Term[] = []
  /** Operations that a term was made by: `dup` and `plus` in turn would make 2^n of n. */
  readonly #sizes = new WeakMap<Term, number>()
  readonly #pieces: Piece[] = []
  /** What the operations so far describe, when it is more than the address on top of the stack. */
  #found: Location | undefined

  constructor(reader: ByteReader, frame: Frame) {
    this.#reader = reader
    this.#frame = frame
  }

  run(): Location {
    for (let count = 0; this.#reader.remaining > 0; count++) {
      if (count === MOST_OPERATIONS) throw new Unavailable('its location is too complicated')
      this.#step(this.#reader.u8())
    }
    if (this.#pieces.length === 0) return this.#take()
    return { kind: 'pieces', pieces: this.#pieces }
  }

  #step(op: number): void {
    const reader = this.#reader
    const binary = BINARY[op]
    const read = CONSTANTS[op]
    if (read !== undefined) this.#push(constant(read(reader)))
    else if (binary !== undefined) this.#binary(binary)
    else if (inRange(op, OP.lit0)) this.#push(constant(BigInt(op - OP.lit0)))
    else if (inRange(op, OP.reg0)) this.#found = { kind: 'register', register: op - OP.reg0 }
    else if (inRange(op, OP.breg0)) this.#push(registerPlus(op - OP.breg0, readSigned(reader)))
    else if (!this.#address(op) && !this.#shuffle(op) && !this.#describe(op)) throw new Unavailable(UNAVAILABLE[op] ?? branchOrUnknown(op))
  }

  /** Operations that push an address or a value read from one. */
  #address(op: number): boolean {
    const reader = this.#reader
    switch (op) {
      case OP.addr:
        this.#push({ kind: 'address', value: this.#frame.unit.header.addressSize === 8 ? reader.u64() : BigInt(reader.u32()) })
        return true
      case OP.addrx:
      case OP.GNU_addr_index:
        this.#push({ kind: 'address', value: addressAt(this.#frame.unit, reader.uleb128()) })
        return true
      case OP.constx:
      case OP.GNU_const_index:
        this.#push(constant(addressAt(this.#frame.unit, reader.uleb128())))
        return true
      case OP.bregx: {
        const register = reader.uleb128()
        this.#push(registerPlus(register, readSigned(reader)))
        return true
      }
      case OP.fbreg: {
        const base = this.#frame.frameBase()
        if (base.kind === 'nowhere') throw new Unavailable(base.reason)
        this.#push(combine('add', base, constant(readSigned(reader))))
        return true
      }
      case OP.call_frame_cfa:
        if (this.#frame.cfa === undefined) throw new Unavailable('where the frame begins is not known at this address')
        this.#push(this.#frame.cfa)
        return true
      case OP.deref:
        this.#read(8)
        return true
      case OP.deref_size:
        this.#read(sizeOfRead(reader))
        return true
      case OP.entry_value:
      case OP.GNU_entry_value:
        this.#entryValue(reader.take(reader.uleb128()))
        return true
      default:
        return false
    }
  }

  #shuffle(op: number): boolean {
    switch (op) {
      case OP.nop:
        return true
      case OP.dup:
        this.#pick(0)
        return true
      case OP.over:
        this.#pick(1)
        return true
      case OP.pick:
        this.#pick(this.#reader.u8())
        return true
      case OP.drop:
        this.#pop()
        return true
      case OP.swap:
        this.#rotate(2)
        return true
      case OP.rot:
        this.#rotate(3)
        return true
      case OP.neg:
        this.#push(combine('sub', constant(0n), this.#pop()))
        return true
      case OP.not:
        this.#push(combine('xor', this.#pop(), constant(-1n)))
        return true
      case OP.plus_uconst:
        this.#push(combine('add', this.#pop(), constant(readUnsigned(this.#reader))))
        return true
      default:
        return false
    }
  }

  /** Operations that say what the value so far is, or end a piece. */
  #describe(op: number): boolean {
    const reader = this.#reader
    switch (op) {
      case OP.regx:
        this.#found = { kind: 'register', register: reader.uleb128() }
        return true
      case OP.stack_value:
        this.#found = { kind: 'value', value: this.#pop() }
        return true
      case OP.implicit_value:
        this.#found = { kind: 'bytes', bytes: reader.take(reader.uleb128()).slice() }
        return true
      case OP.piece:
        this.#piece(reader.uleb128())
        return true
      case OP.bit_piece: {
        const bits = reader.uleb128()
        if (reader.uleb128() !== 0 || bits % 8 !== 0) throw new Unavailable('it is spread over single bits')
        this.#piece(bits / 8)
        return true
      }
      default:
        return false
    }
  }

  #piece(size: number): void {
    const isEmpty = this.#found === undefined && this.#stack.length === 0
    this.#pieces.push({ size, location: isEmpty ? undefined : this.#take() })
  }

  /** The value of an expression as it was when the function was called. */
  #entryValue(expression: Uint8Array): void {
    const [op] = expression
    if (!this.#frame.atEntry)
      throw new Unavailable('only its value when the function was called is known, and the register has been used since')
    if (op === undefined || !inRange(op, OP.reg0)) throw new Unavailable('it depends on memory as it was when the function was called')
    this.#push({ kind: 'register', register: op - OP.reg0 })
  }

  #take(): Location {
    const found = this.#found ?? { kind: 'memory', address: this.#pop() }
    this.#found = undefined
    return found
  }

  #binary(operator: BinaryOperator): void {
    const right = this.#pop()
    const left = this.#pop()
    const size = 1 + (this.#sizes.get(left) ?? 0) + (this.#sizes.get(right) ?? 0)
    if (size > MOST_OPERATIONS) throw new Unavailable('its location is too complicated')
    const result = combine(operator, left, right)
    this.#sizes.set(result, size)
    this.#push(result)
  }

  #read(size: 1 | 2 | 4 | 8): void {
    const at = this.#pop()
    const result: Term = { kind: 'read', at, size }
    this.#sizes.set(result, 1 + (this.#sizes.get(at) ?? 0))
    this.#push(result)
  }

  #push(term: Term): void {
    this.#stack.push(term)
  }

  #pop(): Term {
    const term = this.#stack.pop()
    if (term === undefined) throw new FormatError(this.#reader.subject, 'a location expression takes more than it has')
    return term
  }

  #pick(depth: number): void {
    const term = this.#stack.at(-1 - depth)
    if (term === undefined) throw new FormatError(this.#reader.subject, 'a location expression takes more than it has')
    this.#push(term)
  }

  /** The top one goes below the others of `count`. */
  #rotate(count: number): void {
    const terms = Array.from({ length: count }, () => this.#pop())
    const [top, ...others] = terms as [Term, ...Term[]]
    this.#stack.push(top, ...others.reverse())
  }
}

function inRange(op: number, first: number): boolean {
  return op >= first && op < first + OPERATIONS_OF_A_KIND
}

function sizeOfRead(reader: ByteReader): 1 | 2 | 4 | 8 {
  const size = reader.u8()
  if (size !== 1 && size !== 2 && size !== 4 && size !== 8) throw new Unavailable(`its location reads ${size} bytes at once`)
  return size
}

function branchOrUnknown(op: number): string {
  return op === 0x28 || op === 0x2f ? 'its location depends on a condition' : `its location uses the operation 0x${op.toString(16)}`
}
