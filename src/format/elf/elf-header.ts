/**
 * The first 64 bytes of an ELF file: what kind of file it is, and where its other headers lie. Refuses what borescope
 * cannot read (32-bit, big-endian) with a sentence that says so. Source of the layout: elf(5), `Elf64_Ehdr`.
 */
import { type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import { type ByteSource, checkRange } from './byte-source.ts'

/** What `e_type` says. `shared` (ET_DYN) is a shared object or a position-independent executable. */
export type ElfType = 'relocatable' | 'executable' | 'shared' | 'core' | 'other'

/** A table of equal entries in the file. */
export interface HeaderTable {
  readonly offset: number
  readonly entrySize: number
  readonly count: number
}

/** What the file header says. */
export interface ElfHeader {
  readonly type: ElfType
  /** `e_machine`, one of `MACHINE` for those that matter. */
  readonly machine: number
  readonly entry: VirtualOffset
  readonly programHeaders: HeaderTable
  readonly sectionHeaders: HeaderTable
  /** Index of the section that holds the names of the sections. */
  readonly sectionNamesIndex: number
}

/** Values of `e_machine`. */
export const MACHINE = { x86: 3, s390x: 22, 'x86-64': 62, aarch64: 183, riscv: 243 } as const

const HEADER_SIZE = 64
const MAGIC = [0x7f, 0x45, 0x4c, 0x46]
const TYPES: readonly ElfType[] = ['other', 'relocatable', 'executable', 'shared', 'core']

/** Reads the file header. Throws `FormatError` for what is not a 64-bit little-endian ELF file. */
export function readElfHeader(source: ByteSource): ElfHeader {
  checkIdentity(source)
  checkRange(source, 0, HEADER_SIZE)
  const reader = new ByteReader(source.read(0, HEADER_SIZE), source.name, 16)
  const type = TYPES[reader.u16()] ?? 'other'
  const machine = reader.u16()
  reader.skip(4)
  const entry = virtualOffset(reader.u64())
  const programOffset = reader.size64()
  const sectionOffset = reader.size64()
  reader.skip(6)
  const programHeaders = { offset: programOffset, entrySize: reader.u16(), count: reader.u16() }
  const sectionHeaders = { offset: sectionOffset, entrySize: reader.u16(), count: reader.u16() }
  return { type, machine, entry, programHeaders, sectionHeaders, sectionNamesIndex: reader.u16() }
}

/** The name of a machine, for sentences. */
export function machineName(machine: number): string {
  return Object.entries(MACHINE).find(([, value]) => value === machine)?.[0] ?? `machine ${machine}`
}

function checkIdentity(source: ByteSource): void {
  const identity = source.read(0, Math.min(6, source.size))
  if (!MAGIC.every((byte, index) => identity[index] === byte)) throw new FormatError(source.name, whatInstead(identity))
  if (identity[4] === 1) throw new FormatError(source.name, 'is a 32-bit ELF file; borescope reads 64-bit ones')
  if (identity[5] === 2) throw new FormatError(source.name, 'is a big-endian ELF file; borescope reads little-endian ones')
  if (identity[4] !== 2 || identity[5] !== 1) throw new FormatError(source.name, 'has a damaged ELF header')
}

function whatInstead(start: Uint8Array): string {
  if (start.length === 0) return 'is not an ELF file: it is empty'
  if (start[0] === 0x23 && start[1] === 0x21) return 'is not an ELF file: it is a script; name the program that runs it'
  return 'is not an ELF file'
}
