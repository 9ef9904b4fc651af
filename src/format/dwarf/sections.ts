/**
 * The sections that debug information lies in, each opened when first asked for. Compressed ones are inflated as a whole
 * by what the caller hands in, since this folder is pure; the others are read by ranges, a page at a time.
 */
import { ByteReader } from '../../base/bytes.ts'
import { FormatError } from '../../base/errors.ts'
import { type ByteSource, memorySource } from '../elf/byte-source.ts'
import { type ElfFile, findSection, readSection } from '../elf/elf-file.ts'
import { SECTION_FLAG, SECTION_TYPE, type Section } from '../elf/sections.ts'
import { PagedSource } from './paged-source.ts'

/** Names of the sections, without `.debug_`. */
export type SectionName =
  | 'info'
  | 'types'
  | 'abbrev'
  | 'str'
  | 'line_str'
  | 'str_offsets'
  | 'addr'
  | 'ranges'
  | 'rnglists'
  | 'loc'
  | 'loclists'
  | 'line'
  | 'aranges'
  | 'frame'

/** Where debug information is read from. */
export interface DebugSections {
  /** The file, for error messages. */
  readonly name: string
  /** The bytes of a section, undefined where the file has none. Throws `FormatError` when they cannot be had. */
  section(name: SectionName): ByteSource | undefined
}

/** Inflates a section to exactly `size` bytes; throws `FormatError` where it cannot. */
export type Inflate = (
  bytes: Uint8Array,
  to: { readonly kind: 'zlib' | 'zstd'; readonly size: number; readonly subject: string },
) => Uint8Array

/** `ch_type` of a compression header. Source: elf(5), `Elf64_Chdr`. */
const COMPRESSION: Readonly<Record<number, 'zlib' | 'zstd'>> = { 1: 'zlib', 2: 'zstd' }
const COMPRESSION_HEADER = 24
/** Sizes beyond this are taken for damage: no section of a program is that large, and the memory would not be there. */
const LARGEST = 2 ** 31
/** Deflate makes at most 1032 bytes of one, zstd far more of a run; what claims more than this is damaged. */
const LARGEST_RATIO = 1 << 16

/** The debug sections of an ELF file; those that are absent or hold nothing (`SHT_NOBITS`) are undefined. */
export function debugSections(elf: ElfFile, inflate: Inflate): DebugSections {
  const opened = new Map<SectionName, ByteSource | undefined>()
  return {
    name: elf.source.name,
    section(name) {
      if (!opened.has(name)) opened.set(name, openSection(elf, `.debug_${name}`, inflate))
      return opened.get(name)
    },
  }
}

/** True when the file says something of its functions' types: not stripped, nor split off into another file. */
export function hasDebugInfo(elf: ElfFile): boolean {
  const section = findSection(elf, '.debug_info') ?? findSection(elf, '.zdebug_info')
  return section !== undefined && section.type !== SECTION_TYPE.noBits && section.size > 0
}

function openSection(elf: ElfFile, name: string, inflate: Inflate): ByteSource | undefined {
  const section = findSection(elf, name)
  if (section === undefined) return openGnuCompressed(elf, name, inflate)
  if (section.type === SECTION_TYPE.noBits || section.size === 0) return undefined
  const subject = `${name} of ${elf.source.name}`
  if ((section.flags & SECTION_FLAG.compressed) === 0) return new PagedSource(subject, elf.source, section)
  const reader = new ByteReader(readSection(elf, section), subject)
  const kind = COMPRESSION[reader.u32()]
  reader.skip(4)
  const size = reader.size64()
  if (kind === undefined) throw new FormatError(subject, 'is compressed in an unknown way')
  return inflated(reader.bytes.subarray(COMPRESSION_HEADER), { kind, size, subject }, inflate)
}

/** The older form, `.zdebug_info`: "ZLIB", the size as 8 big-endian bytes, the stream. Go 1.11 to 1.18 writes it. */
function openGnuCompressed(elf: ElfFile, name: string, inflate: Inflate): ByteSource | undefined {
  const section: Section | undefined = findSection(elf, name.replace('.debug', '.zdebug'))
  if (section === undefined || section.type === SECTION_TYPE.noBits) return undefined
  const subject = `${section.name} of ${elf.source.name}`
  const bytes = readSection(elf, section)
  const magic = new ByteReader(bytes, subject).take(4)
  if (String.fromCharCode(...magic) !== 'ZLIB' || bytes.length < 12) throw new FormatError(subject, 'does not begin with ZLIB')
  const size = bytes.subarray(4, 12).reduce((value, byte) => value * 256 + byte, 0)
  return inflated(bytes.subarray(12), { kind: 'zlib', size, subject }, inflate)
}

function inflated(bytes: Uint8Array, to: Parameters<Inflate>[1], inflate: Inflate): ByteSource {
  if (to.size > LARGEST || to.size > bytes.length * LARGEST_RATIO)
    throw new FormatError(to.subject, `claims to hold ${to.size} bytes, compressed to ${bytes.length}`)
  return memorySource(to.subject, inflate(bytes, to))
}
