/**
 * The line table of a unit, read when it is first asked for: from an address to its line, and from a line to its addresses.
 */
import { ByteReader } from '../../../base/bytes.ts'
import { FormatError } from '../../../base/errors.ts'
import type { ByteSource } from '../../elf/byte-source.ts'
import { AT } from '../constants.ts'
import type { DebugInfo, Unit } from '../debug-info.ts'
import { attributeOf, rootOf } from '../die.ts'
import { readLength } from '../unit.ts'
import { type LineHeader, readLineHeader } from './line-header.ts'
import { type LineProgramResult, runLineProgram } from './line-program.ts'
import { type LineRows, ROW_FLAG, type Sequence } from './rows.ts'

/** A place in the source. */
export interface SourceLine {
  /** As the compiler was told it, after the directory that it ran in. */
  readonly file: string
  readonly line: number
  /** From 1; 0 when the compiler did not say. */
  readonly column: number
}

/** An address at which code of a line begins. */
export interface LineAddress {
  readonly address: bigint
  readonly line: number
  readonly file: string
  /** A good place to stop at, says the compiler: not in the middle of what it has moved about. */
  readonly isStatement: boolean
  /** Here the function's own code begins, behind what sets up its frame; few compilers say so. */
  readonly isPrologueEnd: boolean
}

/** Lines of one unit. */
export class LineTable {
  readonly #header: LineHeader
  /** At the program. */
  readonly #reader: ByteReader
  #program: LineProgramResult | undefined

  /** Reads the header; the program is run when a row is first asked for. Throws `FormatError`, as the methods do. */
  constructor(reader: ByteReader, unit: Unit) {
    this.#header = readLineHeader(reader, unit)
    this.#reader = reader
  }

  get #rows(): LineRows {
    return this.#run().rows
  }

  /** By address. */
  get #sequences(): readonly Sequence[] {
    return this.#run().sequences
  }

  #run(): LineProgramResult {
    if (this.#program === undefined) {
      const { rows, sequences } = runLineProgram(this.#reader, this.#header)
      this.#program = { rows, sequences: [...sequences].sort((a, b) => (a.start < b.start ? -1 : a.start > b.start ? 1 : 0)) }
    }
    return this.#program
  }

  /** A file by the number that rows, and the calls of inlined functions, name it by. */
  fileAt(number: number): string | undefined {
    return this.#header.files[number]
  }

  /** The line of an address; undefined where the table has none, or says that the code belongs to no line. */
  find(address: bigint): SourceLine | undefined {
    const sequence = this.#sequenceAt(address)
    if (sequence === undefined) return undefined
    const { file, line, column } = this.#rows.get(this.#rowAt(sequence, Number(address - sequence.start)))
    const path = this.fileAt(file)
    return path === undefined || line === 0 ? undefined : { file: path, line, column }
  }

  /** Where code of a line begins, by address; `isFile` answers for the paths of files. A run of rows of one line counts once. */
  addressesOf(line: number, isFile: (path: string) => boolean): readonly LineAddress[] {
    return this.#begins(isFile, (candidate) => candidate === line)
  }

  /** The lines of a file that have code, in order. */
  linesOf(isFile: (path: string) => boolean): readonly number[] {
    const lines = new Set(this.#begins(isFile, () => true).map(({ line }) => line))
    return [...lines].sort((a, b) => a - b)
  }

  #begins(isFile: (path: string) => boolean, isLine: (line: number) => boolean): LineAddress[] {
    const { files } = this.#header
    const wanted = new Set(files.flatMap((path, number) => (path !== undefined && isFile(path) ? [number] : [])))
    const found: LineAddress[] = []
    if (wanted.size === 0) return found
    const rows = this.#rows
    for (const { start, first, behind } of this.#sequences) {
      for (let at = first; at < behind; at++) {
        const line = rows.lineAt(at)
        const file = rows.fileAt(at)
        if (line === 0 || !isLine(line) || !wanted.has(file)) continue
        const { offset, flags } = rows.get(at)
        const isContinued = at > first && rows.lineAt(at - 1) === line && rows.fileAt(at - 1) === file
        const isPrologueEnd = (flags & ROW_FLAG.prologueEnd) !== 0
        if (isContinued && !isPrologueEnd) continue
        const isStatement = (flags & ROW_FLAG.statement) !== 0
        found.push({ address: start + BigInt(offset), line, file: files[file] as string, isStatement, isPrologueEnd })
      }
    }
    return found
  }

  /** Of overlapping sequences, which only damage and dropped code make, the one that begins last. */
  #sequenceAt(address: bigint): Sequence | undefined {
    let low = 0
    let high = this.#sequences.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#sequences[middle] as Sequence).start <= address) low = middle + 1
      else high = middle
    }
    const sequence = this.#sequences[low - 1]
    return sequence !== undefined && address < sequence.end ? sequence : undefined
  }

  /** The last row at or before an offset: of several rows at one address the last one counts. */
  #rowAt({ first, behind }: Sequence, offset: number): number {
    let low = first
    let high = behind
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#rows.offsetAt(middle) <= offset) low = middle + 1
      else high = middle
    }
    return Math.max(first, low - 1)
  }
}

const known = new WeakMap<DebugInfo, Map<number, LineTable>>()

/** The line table of a unit, which others may share; undefined when it has none. Throws `FormatError`. */
export function lineTableOf(unit: Unit): LineTable | undefined {
  const value = attributeOf(rootOf(unit), AT.stmt_list)
  const source = unit.info.sections.section('line')
  if ((value?.kind !== 'offset' && value?.kind !== 'constant') || source === undefined) return undefined
  const tables = known.get(unit.info) ?? new Map<number, LineTable>()
  known.set(unit.info, tables)
  const offset = Number(value.value)
  const table = tables.get(offset) ?? readLineTable(unit, source, offset)
  tables.set(offset, table)
  return table
}

function readLineTable(unit: Unit, source: ByteSource, offset: number): LineTable {
  if (offset >= source.size) throw new FormatError(source.name, `no line table at offset ${offset}`)
  const rest = source.size - offset
  const { size } = readLength(new ByteReader(source.read(offset, Math.min(12, rest)), source.name), rest)
  return new LineTable(new ByteReader(source.read(offset, size), source.name), unit)
}
