/**
 * Where a Go program keeps its function table: in a section of its own with most linkers, in the middle of .data.rel.ro
 * when the C linker made a PIE (up to Go 1.25), and nowhere named when the section headers were cut off. Then it is
 * searched for.
 */
import { type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { FormatError } from '../../base/errors.ts'
import { type ElfFile, findSection, readSection } from '../elf/elf-file.ts'
import { scanRelative } from '../elf/relocations.ts'
import { SEGMENT_TYPE, type Segment } from '../elf/segments.ts'
import { findTextStart } from './moduledata.ts'
import { GoFunctions } from './pclntab.ts'
import { looksLikePclntab, type PclntabLayout, readPclntabLayout } from './pclntab-layout.ts'

const SECTIONS = ['.gopclntab', '.data.rel.ro.gopclntab']
/** The linkers align the table to 32 bytes at least. */
const ALIGNMENT = 8
/** Bytes that look like the start of a table are rare; a file that is full of them must not take for ever. */
const MAX_CANDIDATES = 64

/** The functions of a Go program; undefined when no table is found. Throws `FormatError` when its own section is damaged. */
export function readGoFunctions(elf: ElfFile): GoFunctions | undefined {
  for (const name of SECTIONS) {
    const section = findSection(elf, name)
    if (section !== undefined && section.size > 0) return readTable(elf, readSection(elf, section), section.address)
  }
  return searchSegments(elf)
}

/** True when a section says so that the program has a table. Costs nothing. */
export function hasPclntabSection(elf: ElfFile): boolean {
  return SECTIONS.some((name) => findSection(elf, name) !== undefined)
}

function readTable(elf: ElfFile, bytes: Uint8Array, address: VirtualOffset): GoFunctions {
  const subject = elf.source.name
  const layout = readPclntabLayout(bytes, subject)
  const absolute = layout.entrySize === 8
  const textStart = absolute ? 0n : findTextStart(elf, layout, address)
  return new GoFunctions(absolute ? relocated(elf, bytes, address, layout) : bytes, layout, { address, textStart, subject })
}

function searchSegments(elf: ElfFile): GoFunctions | undefined {
  const loaded = elf.segments.filter((segment) => segment.type === SEGMENT_TYPE.load && segment.fileSize > 0)
  const dataFirst = loaded.sort((a, b) => Number(a.executable) - Number(b.executable))
  for (const segment of dataFirst) {
    const found = searchSegment(elf, segment)
    if (found !== undefined) return found
  }
  return undefined
}

function searchSegment(elf: ElfFile, segment: Segment): GoFunctions | undefined {
  const bytes = elf.source.read(segment.offset, segment.fileSize)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let left = MAX_CANDIDATES
  for (let at = Number(-segment.address & BigInt(ALIGNMENT - 1)); at + ALIGNMENT <= bytes.length && left > 0; at += ALIGNMENT) {
    if (!looksLikePclntab(view, at)) continue
    left--
    const table = readCandidate(elf, bytes.subarray(at), virtualOffset(segment.address + BigInt(at)))
    if (table !== undefined) return table
  }
  return undefined
}

/** Bytes that only look like a table are not an error: the search goes on. */
function readCandidate(elf: ElfFile, bytes: Uint8Array, address: VirtualOffset): GoFunctions | undefined {
  try {
    const table = readTable(elf, bytes, address)
    return /^[\x21-\x7e]/.test(table.nameAt(0)) ? table : undefined
  } catch (error) {
    if (error instanceof FormatError) return undefined
    throw error
  }
}

/** Before Go 1.18 entries are pointers; in a PIE whose linker left them zero, they are in the relocations. */
function relocated(elf: ElfFile, bytes: Uint8Array, address: VirtualOffset, layout: PclntabLayout): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (elf.header.type !== 'shared' || view.getBigUint64(layout.index, true) !== 0n) return bytes
  const copy = bytes.slice()
  const target = new DataView(copy.buffer)
  scanRelative(elf, (at, addend) => {
    if (at >= address && at - address + 8n <= BigInt(copy.length)) target.setBigUint64(Number(at - address), addend, true)
    return false
  })
  return copy
}
