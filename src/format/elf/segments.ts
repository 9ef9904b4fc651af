/**
 * Program headers: how a file is mapped, and so how a file offset and a virtual offset belong together. Section headers
 * have no say in this: the kernel maps by segments, and files may have no sections at all. Source: elf(5), `Elf64_Phdr`.
 */
import { type FileOffset, fileOffset, type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import type { ByteSource } from './byte-source.ts'
import type { HeaderTable } from './elf-header.ts'

/** One program header. */
export interface Segment {
  /** `p_type`, one of `SEGMENT_TYPE` for those that matter. */
  readonly type: number
  readonly offset: number
  readonly address: VirtualOffset
  /** Bytes in the file. */
  readonly fileSize: number
  /** Bytes in memory; what is beyond `fileSize` is zero (.bss). */
  readonly memorySize: number
  readonly executable: boolean
  readonly writable: boolean
}

/** Values of `p_type`. */
export const SEGMENT_TYPE = { load: 1, dynamic: 2, interpreter: 3, note: 4 } as const

const ENTRY_SIZE = 56

/** Reads all program headers. Throws `FormatError` when the table is damaged. */
export function readSegments(source: ByteSource, table: HeaderTable): readonly Segment[] {
  if (table.count === 0) return []
  if (table.entrySize !== ENTRY_SIZE) throw new FormatError(source.name, `program headers of ${table.entrySize} bytes, not ${ENTRY_SIZE}`)
  const reader = new ByteReader(source.read(table.offset, table.count * ENTRY_SIZE), source.name)
  return Array.from({ length: table.count }, () => readSegment(reader))
}

function readSegment(reader: ByteReader): Segment {
  const type = reader.u32()
  const flags = reader.u32()
  const offset = reader.size64()
  const address = virtualOffset(reader.u64())
  reader.skip(8)
  const fileSize = reader.size64()
  const memorySize = reader.size64()
  reader.skip(8)
  return { type, offset, address, fileSize, memorySize, executable: (flags & 1) !== 0, writable: (flags & 2) !== 0 }
}

/** The loaded segment that has file bytes for `address`, executable ones first; undefined in .bss and outside of all. */
export function findSegment(segments: readonly Segment[], address: VirtualOffset): Segment | undefined {
  let found: Segment | undefined
  for (const segment of segments) {
    if (segment.type !== SEGMENT_TYPE.load || address < segment.address) continue
    if (address - segment.address >= BigInt(segment.fileSize)) continue
    if (segment.executable) return segment
    found ??= segment
  }
  return found
}

/** Where in the file the byte at `address` lies; undefined when no segment loads it from the file. */
export function toFileOffset(segments: readonly Segment[], address: VirtualOffset): FileOffset | undefined {
  const segment = findSegment(segments, address)
  return segment && fileOffset(Number(address - segment.address) + segment.offset)
}

/** The virtual offset of a byte of the file, by executable segments first; undefined when it is not loaded. */
export function toVirtualOffset(segments: readonly Segment[], offset: FileOffset): VirtualOffset | undefined {
  const holds = (s: Segment) => s.type === SEGMENT_TYPE.load && offset >= s.offset && offset - s.offset < s.fileSize
  const segment = segments.find((s) => s.executable && holds(s)) ?? segments.find(holds)
  return segment && virtualOffset(segment.address + BigInt(offset - segment.offset))
}
