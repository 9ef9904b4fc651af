/**
 * Headers of line tables, versions 2 to 5: how the program is encoded, and the files that its rows name by number. Source:
 * the DWARF 5 standard, section 6.2.4; for versions 2 to 4 that of DWARF 4.
 */
import type { ByteReader } from '../../../base/bytes.ts'
import { FormatError } from '../../../base/errors.ts'
import { readValue } from '../attribute-value.ts'
import { AT } from '../constants.ts'
import type { Unit } from '../debug-info.ts'
import { rootOf } from '../die.ts'
import { fixedSize } from '../form-sizes.ts'
import { readLength } from '../unit.ts'
import { textOf, textOfValue } from '../unit-tables.ts'
import { CONTENT } from './opcodes.ts'

/** What the header of a line table says. */
export interface LineHeader {
  readonly addressSize: number
  /** Of one instruction, in bytes; addresses advance by multiples of it. */
  readonly instructionSize: number
  readonly startsAsStatement: boolean
  /** Special opcodes: the least step of the line, how many steps there are, and the first of these opcodes. */
  readonly lineBase: number
  readonly lineRange: number
  readonly opcodeBase: number
  /** Operands of each standard opcode, by number; undefined at 0. */
  readonly operands: readonly (number | undefined)[]
  /** Paths by the numbers that rows name them by; undefined where there is none. */
  readonly files: (string | undefined)[]
  /** Adds a file that the program itself defines. */
  readonly define: (reader: ByteReader) => void
}

/** Reads the header at the start of a table, whose unit is needed for its strings; the reader is left at the program. Throws `FormatError`. */
export function readLineHeader(reader: ByteReader, unit: Unit): LineHeader {
  const { offsetSize } = readLength(reader, reader.bytes.length)
  const version = reader.u16()
  if (version < 2 || version > 5) throw new FormatError(reader.subject, `line table of version ${version}; borescope reads 2 to 5`)
  const addressSize = version >= 5 ? reader.u8() : unit.header.addressSize
  if (version >= 5) reader.skip(1)
  const length = offsetSize === 8 ? reader.size64() : reader.u32()
  const program = reader.offset + length
  const instructionSize = reader.u8()
  if (version >= 4 && reader.u8() > 1)
    throw new FormatError(reader.subject, 'line table of a machine with several operations an instruction')
  const startsAsStatement = reader.u8() !== 0
  const lineBase = (reader.u8() << 24) >> 24
  const lineRange = reader.u8()
  const opcodeBase = reader.u8()
  if (lineRange === 0) throw new FormatError(reader.subject, 'line table with a line range of 0')
  const operands = [undefined, ...Array.from({ length: Math.max(0, opcodeBase - 1) }, () => reader.u8())]
  const directory = textOf(rootOf(unit), AT.comp_dir) ?? ''
  const read = version >= 5 ? readTables(reader, unit, offsetSize) : readOldTables(reader, directory)
  const files = read.files.map((file) => file && pathOf(file, read.directories, directory))
  const define = (from: ByteReader) => {
    files.push(pathOf(readOldFile(from, from.cString()), read.directories, directory))
  }
  if (program > reader.bytes.length) throw new FormatError(reader.subject, 'line table whose program lies outside of it')
  reader.offset = program
  return { addressSize, instructionSize, startsAsStatement, lineBase, lineRange, opcodeBase, operands, files, define }
}

interface FileEntry {
  readonly name: string
  readonly directory: number
}

interface Tables {
  readonly directories: readonly string[]
  readonly files: readonly (FileEntry | undefined)[]
}

/** Directory 0 is the one that was compiled in; the others may be relative to it. */
function pathOf({ name, directory }: FileEntry, directories: readonly string[], compiledIn: string): string {
  const path = joined(directories[directory] ?? '', name)
  return directory === 0 ? path : joined(compiledIn, path)
}

function joined(directory: string, name: string): string {
  return name.startsWith('/') || directory === '' ? name : `${directory}${directory.endsWith('/') ? '' : '/'}${name}`
}

/** To DWARF 4: names up to an empty one; files count from 1. */
function readOldTables(reader: ByteReader, compiledIn: string): Tables {
  const directories = [compiledIn]
  for (let name = reader.cString(); name !== ''; name = reader.cString()) directories.push(name)
  const files: (FileEntry | undefined)[] = [undefined]
  for (let name = reader.cString(); name !== ''; name = reader.cString()) files.push(readOldFile(reader, name))
  return { directories, files }
}

function readOldFile(reader: ByteReader, name: string): FileEntry {
  const directory = reader.uleb128()
  // When it was changed, and its size.
  reader.uleb128()
  reader.uleb128()
  return { name, directory }
}

/** From DWARF 5 on both tables say which columns they have. */
function readTables(reader: ByteReader, unit: Unit, offsetSize: 4 | 8): Tables {
  const directories = readTable(reader, unit, offsetSize).map(({ name }) => name)
  return { directories, files: readTable(reader, unit, offsetSize) }
}

function readTable(reader: ByteReader, unit: Unit, offsetSize: 4 | 8): FileEntry[] {
  const encoding = { ...unit.header, version: 5, offsetSize }
  const columns = Array.from({ length: reader.u8() }, () => ({ content: reader.uleb128(), form: reader.uleb128() }))
  const count = reader.uleb128()
  // Rows without columns would take no bytes, and could be without end.
  if (columns.length === 0 || count > reader.remaining) {
    if (count === 0) return []
    throw new FormatError(reader.subject, `line table with ${count} files in ${reader.remaining} bytes`)
  }
  return Array.from({ length: count }, () => {
    let name = ''
    let directory = 0
    for (const { content, form } of columns) {
      const value = readValue(reader, { attribute: 0, form, implicit: undefined, size: fixedSize(form, encoding) }, encoding)
      if (content === CONTENT.path) name = textOfValue(unit, value) ?? ''
      else if (content === CONTENT.directory_index && value.kind === 'constant') directory = Number(value.value)
    }
    return { name, directory }
  })
}
