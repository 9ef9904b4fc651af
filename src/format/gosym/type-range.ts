/**
 * Where a Go program has the descriptors of its types. What an interface points to is in there, and the names of types are,
 * by their distance from its start. Source: `runtime.moduledata` (`types`, `etypes`).
 */
import { type VirtualOffset, virtualOffset } from '../../base/address.ts'
import type { ElfFile } from '../elf/elf-file.ts'
import { readPointer } from '../elf/relocations.ts'
import { findSegment } from '../elf/segments.ts'
import { findModuledata } from './moduledata.ts'

/** Addresses of the object's own tables; the end is the first behind. */
export interface TypeRange {
  readonly start: VirtualOffset
  readonly end: VirtualOffset
}

/** Offsets of the two words in `runtime.moduledata`, by the first release that has them elsewhere. */
const WORDS: readonly { readonly before: number; readonly start: bigint; readonly end: bigint }[] = [
  { before: 20, start: 280n, end: 288n },
  { before: 27, start: 296n, end: 304n },
  { before: 28, start: 296n, end: 312n },
]
/** Before it names were longer by a byte. */
const FIRST_RELEASE = 18

/**
 * The types of the program whose function table is at `table`; undefined for releases that are not known. Throws `FormatError`.
 */
export function readTypeRange(elf: ElfFile, release: number, table: VirtualOffset): TypeRange | undefined {
  const words = release < FIRST_RELEASE ? undefined : WORDS.find(({ before }) => release < before)
  const moduledata = words === undefined ? undefined : findModuledata(elf, table)
  if (words === undefined || moduledata === undefined) return undefined
  const [start, end] = [words.start, words.end].map((offset) => readPointer(elf, virtualOffset(moduledata.address + offset)))
  if (start === undefined || end === undefined || end <= start) return undefined
  const segment = findSegment(elf.segments, virtualOffset(start))
  const isInside = segment !== undefined && end <= segment.address + BigInt(segment.memorySize)
  return isInside ? { start: virtualOffset(start), end: virtualOffset(end) } : undefined
}
