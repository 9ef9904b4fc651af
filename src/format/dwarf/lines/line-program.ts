/**
 * Runs the program of a line table: a small machine whose registers are an address, a file and a line, and which adds a row
 * now and then. Source: the DWARF 5 standard, sections 6.2.2 and 6.2.5.
 */
import type { ByteReader } from '../../../base/bytes.ts'
import { FormatError } from '../../../base/errors.ts'
import { readUnsigned } from '../leb128.ts'
import { readTarget } from '../lists.ts'
import type { LineHeader } from './line-header.ts'
import { EXTENDED, STANDARD } from './opcodes.ts'
import { LineRows, ROW_FLAG, type Sequence } from './rows.ts'

/** What a program makes. */
export interface LineProgramResult {
  readonly rows: LineRows
  /** In the order of the program. */
  readonly sequences: readonly Sequence[]
}

/** No sequence is that long; one that is comes of damage. */
const LONGEST_SEQUENCE = 0xffff_ffff
/** Linkers leave sequences of code that they dropped at 0, or at the end of all addresses. */
const LAST_ADDRESSES = 0xffff_ffff_ffff_f000n

/** Runs the program at the reader's position, to its end. Throws `FormatError`. */
export function runLineProgram(reader: ByteReader, header: LineHeader): LineProgramResult {
  const machine = new LineMachine(header)
  const { opcodeBase } = header
  while (reader.remaining > 0) {
    const opcode = reader.u8()
    if (opcode >= opcodeBase) machine.special(opcode - opcodeBase)
    else if (opcode === 0) machine.extended(reader)
    else machine.standard(opcode, reader)
  }
  return { rows: machine.rows, sequences: machine.sequences }
}

class LineMachine {
  readonly rows = new LineRows()
  readonly sequences: Sequence[] = []
  readonly #header: LineHeader
  #start = 0n
  /** From `#start`, in bytes. */
  #offset = 0
  #first = 0
  #file = 1
  #line = 1
  #column = 0
  #flags = 0

  constructor(header: LineHeader) {
    this.#header = header
    this.#reset()
  }

  /** One byte that advances address and line, and adds a row: most of every program. */
  special(adjusted: number): void {
    const { lineBase, lineRange, instructionSize } = this.#header
    this.#advance(Math.floor(adjusted / lineRange) * instructionSize)
    this.#line += lineBase + (adjusted % lineRange)
    this.#addRow()
  }

  standard(opcode: number, reader: ByteReader): void {
    switch (opcode) {
      case STANDARD.copy:
        this.#addRow()
        break
      case STANDARD.advance_pc:
        this.#advance(reader.uleb128() * this.#header.instructionSize)
        break
      case STANDARD.advance_line:
        this.#line += readSignedNumber(reader)
        break
      case STANDARD.set_file:
        this.#file = reader.uleb128()
        break
      case STANDARD.set_column:
        this.#column = reader.uleb128()
        break
      case STANDARD.negate_stmt:
        this.#flags ^= ROW_FLAG.statement
        break
      case STANDARD.const_add_pc:
        this.#advance(Math.floor((255 - this.#header.opcodeBase) / this.#header.lineRange) * this.#header.instructionSize)
        break
      case STANDARD.fixed_advance_pc:
        this.#advance(reader.u16())
        break
      case STANDARD.set_prologue_end:
        this.#flags |= ROW_FLAG.prologueEnd
        break
      default:
        for (let left = this.#header.operands[opcode] ?? 0; left > 0; left--) readUnsigned(reader)
    }
  }

  extended(reader: ByteReader): void {
    const length = reader.uleb128()
    const next = reader.offset + length
    if (length === 0 || length > reader.remaining)
      throw new FormatError(reader.subject, `an instruction of ${length} bytes in a line table`)
    const opcode = reader.u8()
    if (opcode === EXTENDED.end_sequence) this.#endSequence()
    else if (opcode === EXTENDED.set_address) this.#setAddress(readTarget(reader, length > 8 ? 8 : this.#header.addressSize))
    else if (opcode === EXTENDED.define_file) this.#header.define(reader)
    reader.offset = next
  }

  #reset(): void {
    this.#first = this.rows.length
    this.#start = 0n
    this.#offset = 0
    this.#file = 1
    this.#line = 1
    this.#column = 0
    this.#flags = this.#header.startsAsStatement ? ROW_FLAG.statement : 0
  }

  #advance(by: number): void {
    this.#offset += by
    if (this.#offset > LONGEST_SEQUENCE) throw new FormatError('.debug_line', 'a sequence of more than 4 GB')
  }

  #addRow(): void {
    const { rows } = this
    rows.add({ offset: this.#offset, line: Math.max(0, this.#line), file: this.#file, column: this.#column, flags: this.#flags })
    this.#flags &= ~ROW_FLAG.prologueEnd
  }

  /** Usually the first of a sequence; where rows came before it, they stay what they are if addresses still rise. */
  #setAddress(address: bigint): void {
    const offset = address - this.#start
    if (this.rows.length > this.#first && offset >= BigInt(this.#offset) && offset <= BigInt(LONGEST_SEQUENCE)) {
      this.#offset = Number(offset)
      return
    }
    this.#keepSequence()
    this.#start = address
    this.#offset = 0
  }

  #endSequence(): void {
    this.#keepSequence()
    this.#reset()
  }

  #keepSequence(): void {
    const { length } = this.rows
    const start = this.#start
    const isDropped = start === 0n || start >= LAST_ADDRESSES
    if (length > this.#first && this.#offset > 0 && !isDropped)
      this.sequences.push({ start, end: start + BigInt(this.#offset), first: this.#first, behind: length })
    this.#first = length
  }
}

/** A signed LEB128 number that fits a `number`. */
function readSignedNumber(reader: ByteReader): number {
  let value = 0
  for (let shift = 0; ; shift += 7) {
    const byte = reader.u8()
    if (shift >= 49) throw new FormatError(reader.subject, 'a step between lines that is out of range')
    value += (byte & 0x7f) * 2 ** shift
    if (byte < 0x80) return (byte & 0x40) === 0 ? value : value - 2 ** (shift + 7)
  }
}
