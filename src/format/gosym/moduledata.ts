/**
 * The text start of a Go program: what entries in a pclntab of Go 1.18 and later count from. Up to 1.25 the table's header
 * has it. From 1.26 on that word is 0 and the value is in `runtime.firstmoduledata`: in section .go.module, or behind the
 * one pointer to the table in the data. It is not the start of .text when C code was linked in front.
 */
import { type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { FormatError } from '../../base/errors.ts'
import { type ElfFile, findSection } from '../elf/elf-file.ts'
import { readPointer, scanRelative } from '../elf/relocations.ts'
import { findSegment, SEGMENT_TYPE } from '../elf/segments.ts'
import type { PclntabLayout } from './pclntab-layout.ts'

/** Offsets in `runtime.moduledata`, the same from Go 1.19 to 1.27; the first word points to the pclntab. */
const MODULEDATA = { minPc: 160n, maxPc: 168n, text: 176n, textEnd: 184n } as const

/** One or two pointers to the table are usual; a file that is full of them must not take for ever. */
const MAX_CANDIDATES = 64

/** Answers the text start for the table at `table`. Throws `FormatError` when nothing in the file gives a sensible one. */
export function findTextStart(elf: ElfFile, layout: PclntabLayout, table: VirtualOffset): bigint {
  if (isCode(elf, layout.headerTextStart)) return layout.headerTextStart
  const relocated = readPointer(elf, virtualOffset(table + 24n))
  if (relocated !== undefined && isCode(elf, relocated)) return relocated
  const found = findModuledata(elf, table)
  if (found !== undefined) return found.text
  throw new FormatError(elf.source.name, 'has a Go function table, but no module data that tells where its code begins')
}

/** Where `runtime.firstmoduledata` is, and the text start that it gives; undefined when it is not found. */
export function findModuledata(elf: ElfFile, table: VirtualOffset): { readonly address: VirtualOffset; readonly text: bigint } | undefined {
  let left = MAX_CANDIDATES
  for (const address of moduledataCandidates(elf, table)) {
    const text = textOf(elf, address, table)
    if (text !== undefined) return { address, text }
    if (--left === 0) break
  }
  return undefined
}

function* moduledataCandidates(elf: ElfFile, table: VirtualOffset): Generator<VirtualOffset> {
  const section = findSection(elf, '.go.module')
  if (section !== undefined) yield section.address
  yield* pointersTo(elf, table)
  const relocations: VirtualOffset[] = []
  scanRelative(elf, (address, addend) => {
    if (addend === table) relocations.push(address)
    return false
  })
  yield* relocations
}

/** Addresses in writable data that hold `value`. */
function* pointersTo(elf: ElfFile, value: bigint): Generator<VirtualOffset> {
  const [low, high] = [Number(value & 0xffffffffn), Number(value >> 32n)]
  for (const segment of elf.segments) {
    if (segment.type !== SEGMENT_TYPE.load || !segment.writable) continue
    const bytes = elf.source.read(segment.offset, segment.fileSize)
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    for (let at = Number(-segment.address & 7n); at + 8 <= bytes.length; at += 8) {
      if (view.getUint32(at, true) === low && view.getUint32(at + 4, true) === high) yield virtualOffset(segment.address + BigInt(at))
    }
  }
}

function textOf(elf: ElfFile, moduledata: VirtualOffset, table: VirtualOffset): bigint | undefined {
  const word = (offset: bigint) => readPointer(elf, virtualOffset(moduledata + offset))
  const [minPc, maxPc, text, textEnd] = [word(MODULEDATA.minPc), word(MODULEDATA.maxPc), word(MODULEDATA.text), word(MODULEDATA.textEnd)]
  if (word(0n) !== table || text === undefined || minPc === undefined || maxPc === undefined || textEnd === undefined) return undefined
  return text <= minPc && minPc <= maxPc && maxPc <= textEnd && isCode(elf, text) ? text : undefined
}

function isCode(elf: ElfFile, address: bigint): boolean {
  return findSegment(elf.segments, virtualOffset(address))?.executable === true
}
