/**
 * What the dynamic linker reads (PT_DYNAMIC): the object's own name, the libraries it needs, and where its relocations
 * lie. Found by segments, so that it works without section headers. Source: elf(5), `Elf64_Dyn`.
 */
import { virtualOffset } from '../../base/address.ts'
import { ByteReader } from '../../base/bytes.ts'
import { type ElfFile, readVirtual } from './elf-file.ts'
import { SEGMENT_TYPE } from './segments.ts'
import { StringTable } from './string-table.ts'

/** The entries of PT_DYNAMIC that borescope uses. */
export interface DynamicInfo {
  /** DT_SONAME. */
  readonly soname: string | undefined
  /** DT_NEEDED, in order. */
  readonly needed: readonly string[]
  /** DT_RELA: address and size in bytes; undefined when there are none. */
  readonly relocations: { readonly address: bigint; readonly size: number } | undefined
}

const TAG = { end: 0, needed: 1, strings: 5, relocations: 7, relocationsSize: 8, stringsSize: 10, soname: 14 } as const
const ENTRY_SIZE = 16

/** Reads PT_DYNAMIC; undefined for a statically linked file. Throws `FormatError`. */
export function readDynamic(elf: ElfFile): DynamicInfo | undefined {
  const segment = elf.segments.find((candidate) => candidate.type === SEGMENT_TYPE.dynamic)
  if (segment === undefined) return undefined
  const entries = readEntries(new ByteReader(elf.source.read(segment.offset, segment.fileSize), elf.source.name))
  const value = (tag: number) => entries.find((entry) => entry.tag === tag)?.value
  const strings = readStrings(elf, value(TAG.strings), value(TAG.stringsSize))
  const textAt = (offset: bigint) => strings?.textAt(Number(offset))
  const soname = value(TAG.soname)
  const relocations = value(TAG.relocations)
  return {
    soname: soname === undefined ? undefined : textAt(soname),
    needed: entries.filter((entry) => entry.tag === TAG.needed).flatMap((entry) => textAt(entry.value) ?? []),
    relocations: relocations === undefined ? undefined : { address: relocations, size: Number(value(TAG.relocationsSize) ?? 0n) },
  }
}

function readEntries(reader: ByteReader): { tag: number; value: bigint }[] {
  const entries = []
  while (reader.remaining >= ENTRY_SIZE) {
    const tag = Number(reader.u64())
    const value = reader.u64()
    if (tag === TAG.end) break
    entries.push({ tag, value })
  }
  return entries
}

function readStrings(elf: ElfFile, address: bigint | undefined, size: bigint | undefined): StringTable | undefined {
  if (address === undefined || size === undefined) return undefined
  const bytes = readVirtual(elf, virtualOffset(address), Number(size))
  return bytes && new StringTable(bytes, elf.source.name)
}
