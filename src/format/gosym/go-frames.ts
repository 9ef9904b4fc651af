/**
 * The functions that an address of a Go program is in: what was inlined there, innermost first, and at last the function
 * itself, each with its line. All of it from the pclntab, which stripped programs have too. Source: `runtime/symtab.go`,
 * `runtime/symtabinl.go`.
 */
import { ByteReader, decodeText } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { ElfFile } from '../elf/elf-file.ts'
import { type FunctionRecord, readFunctionRecord } from './function-record.ts'
import { InlineTrees } from './inline-trees.ts'
import { readPcValue } from './pc-values.ts'
import type { GoFunctions } from './pclntab.ts'
import type { LineParts } from './pclntab-layout.ts'

/** A function around an address. */
export interface GoFrame {
  readonly name: string
  /** Undefined where the compiler said nothing. */
  readonly file: string | undefined
  readonly line: number | undefined
}

/** Inlining goes no deeper than this; what does is damaged. */
const DEEPEST = 256
const NO_FILE = 0xffffffff

/** Frames by address. */
export class GoFrames {
  readonly #functions: GoFunctions
  readonly #trees: InlineTrees

  constructor(elf: ElfFile, functions: GoFunctions) {
    this.#functions = functions
    this.#trees = new InlineTrees(elf, functions)
  }

  /** The functions around an address, innermost first; none outside of Go's code, and before Go 1.16. Throws `FormatError`. */
  find(address: number): readonly GoFrame[] {
    const { lines } = this.#functions.layout
    const index = lines === undefined ? undefined : this.#functions.find(address)
    if (lines === undefined || index === undefined) return []
    const record = readFunctionRecord(this.#functions, index)
    const frames: GoFrame[] = []
    let distance = address - record.entry
    while (frames.length < DEEPEST) {
      const at = record.inlineTree === undefined ? -1 : this.#value(lines, record.inlineValues, distance)
      const call = at < 0 ? undefined : this.#trees.get(record, at)
      frames.push({ name: call?.name ?? this.#functions.nameAt(index), ...this.#lineAt(lines, record, distance) })
      if (call === undefined) return frames
      distance = call.parent
    }
    throw new FormatError('pclntab', `calls inlined ${DEEPEST} deep`)
  }

  #lineAt(lines: LineParts, record: FunctionRecord, distance: number): Pick<GoFrame, 'file' | 'line'> {
    const line = this.#value(lines, record.lineValues, distance)
    const file = this.#value(lines, record.fileValues, distance)
    return { file: file < 0 ? undefined : this.#fileAt(lines, record.unit + file), line: line > 0 ? line : undefined }
  }

  #fileAt(lines: LineParts, number: number): string | undefined {
    const { bytes } = this.#functions
    const offset = new ByteReader(bytes, 'pclntab', lines.units + 4 * number).u32()
    if (offset === NO_FILE) return undefined
    const end = bytes.indexOf(0, lines.files + offset)
    if (end === -1) throw new FormatError('pclntab', `no name of a file at offset ${offset}`)
    return decodeText(bytes.subarray(lines.files + offset, end), 'utf-8')
  }

  #value({ values, quantum }: LineParts, offset: number, distance: number): number {
    return offset === 0 ? -1 : readPcValue(this.#functions.bytes, { at: values + offset, distance, quantum })
  }
}
