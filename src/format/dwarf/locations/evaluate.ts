/**
 * Runs a location expression on terms instead of numbers, and so turns it into a `Location`. What depends on the hit (a
 * branch, a value of the caller's frame) has no location, and says why. Source: the DWARF 5 standard, sections 2.5 and 2.6.
 */
import { ByteReader } from '../../../base/bytes.ts'
import type { Unit } from '../debug-info.ts'
import { readSigned, readUnsigned } from '../leb128.ts'
import { readTarget } from '../lists.ts'
import { addressAt } from '../unit-tables.ts'
import { combine, constant, type Location, type NoLocation, nowhere, type Piece, registerPlus, type Term } from './location.ts'
import { BINARY, CONSTANTS, UNAVAILABLE } from './operation-tables.ts'
import { OP, OPERATIONS_OF_A_KIND } from './operations.ts'
import { MOST_OPERATIONS, TermStack, TOO_COMPLICATED, Unavailable } from './term-stack.ts'

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

class Machine {
  readonly #reader: ByteReader
  readonly #frame: Frame
  readonly #stack: TermStack
  readonly #pieces: Piece[] = []
  /** What the operations so far describe, when it is more than the address on top of the stack. */
  #found: Location | undefined

  constructor(reader: ByteReader, frame: Frame) {
    this.#reader = reader
    this.#frame = frame
    this.#stack = new TermStack(reader.subject)
  }

  run(): Location {
    for (let count = 0; this.#reader.remaining > 0; count++) {
      if (count === MOST_OPERATIONS) throw new Unavailable(TOO_COMPLICATED)
      this.#step(this.#reader.u8())
    }
    if (this.#pieces.length === 0) return this.#take()
    return { kind: 'pieces', pieces: this.#pieces }
  }

  #step(op: number): void {
    const reader = this.#reader
    const binary = BINARY[op]
    const read = CONSTANTS[op]
    if (read !== undefined) this.#stack.push(constant(read(reader)))
    else if (binary !== undefined) this.#stack.combine(binary)
    else if (inRange(op, OP.lit0)) this.#stack.push(constant(BigInt(op - OP.lit0)))
    else if (inRange(op, OP.reg0)) this.#found = { kind: 'register', register: op - OP.reg0 }
    else if (inRange(op, OP.breg0)) this.#stack.push(registerPlus(op - OP.breg0, readSigned(reader)))
    else if (!this.#address(op) && !this.#shuffle(op) && !this.#describe(op))
      throw new Unavailable(UNAVAILABLE[op] ?? `its location uses the operation 0x${op.toString(16)}`)
  }

  /** Operations that push an address or a value read from one. */
  #address(op: number): boolean {
    const reader = this.#reader
    switch (op) {
      case OP.addr:
        this.#stack.push({ kind: 'address', value: readTarget(reader, this.#frame.unit.header.addressSize) })
        return true
      case OP.addrx:
      case OP.GNU_addr_index:
        this.#stack.push({ kind: 'address', value: addressAt(this.#frame.unit, reader.uleb128()) })
        return true
      case OP.constx:
      case OP.GNU_const_index:
        this.#stack.push(constant(addressAt(this.#frame.unit, reader.uleb128())))
        return true
      case OP.bregx: {
        const register = reader.uleb128()
        this.#stack.push(registerPlus(register, readSigned(reader)))
        return true
      }
      case OP.fbreg: {
        const base = this.#frame.frameBase()
        if (base.kind === 'nowhere') throw new Unavailable(base.reason)
        this.#stack.push(combine('add', base, constant(readSigned(reader))))
        return true
      }
      case OP.call_frame_cfa:
        if (this.#frame.cfa === undefined) throw new Unavailable('where the frame begins is not known at this address')
        this.#stack.push(this.#frame.cfa)
        return true
      case OP.deref:
        this.#stack.read(8)
        return true
      case OP.deref_size:
        this.#stack.read(sizeOfRead(reader))
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
        this.#stack.pick(0)
        return true
      case OP.over:
        this.#stack.pick(1)
        return true
      case OP.pick:
        this.#stack.pick(this.#reader.u8())
        return true
      case OP.drop:
        this.#stack.pop()
        return true
      case OP.swap:
        this.#stack.rotate(2)
        return true
      case OP.rot:
        this.#stack.rotate(3)
        return true
      case OP.neg:
        this.#stack.push(combine('sub', constant(0n), this.#stack.pop()))
        return true
      case OP.not:
        this.#stack.push(combine('xor', this.#stack.pop(), constant(-1n)))
        return true
      case OP.plus_uconst:
        this.#stack.push(combine('add', this.#stack.pop(), constant(readUnsigned(this.#reader))))
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
        this.#found = { kind: 'value', value: this.#stack.pop() }
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
    const isEmpty = this.#found === undefined && this.#stack.isEmpty
    this.#pieces.push({ size, location: isEmpty ? undefined : this.#take() })
  }

  /** The value of an expression as it was when the function was called. */
  #entryValue(expression: Uint8Array): void {
    const [op] = expression
    if (!this.#frame.atEntry)
      throw new Unavailable('only its value when the function was called is known, and the register has been used since')
    if (op === undefined || !inRange(op, OP.reg0)) throw new Unavailable('it depends on memory as it was when the function was called')
    this.#stack.push({ kind: 'register', register: op - OP.reg0 })
  }

  #take(): Location {
    const found = this.#found ?? { kind: 'memory', address: this.#stack.pop() }
    this.#found = undefined
    return found
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
