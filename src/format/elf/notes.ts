/**
 * Notes: small named records, of which the build ID is the one that matters. Source: elf(5), `Elf64_Nhdr`.
 */
import { ByteReader } from '../../base/bytes.ts'
import type { ElfFile } from './elf-file.ts'
import { SEGMENT_TYPE } from './segments.ts'

/** One note. */
export interface Note {
  /** Who defines the type, such as `GNU` or `Go`. */
  readonly owner: string
  readonly type: number
  /** A view of what the source handed out. */
  readonly description: Uint8Array
}

const NT_GNU_BUILD_ID = 3

/** Reads the notes of all PT_NOTE segments. Throws `FormatError`. */
function readNotes(elf: ElfFile): readonly Note[] {
  return elf.segments.flatMap((segment) =>
    segment.type === SEGMENT_TYPE.note ? parseNotes(elf.source.read(segment.offset, segment.fileSize), elf.source.name) : [],
  )
}

/** The linker's build ID in lower-case hexadecimal; undefined when the file has none. Throws `FormatError`. */
export function readBuildId(elf: ElfFile): string | undefined {
  const note = readNotes(elf).find(({ owner, type }) => owner === 'GNU' && type === NT_GNU_BUILD_ID)
  return note && Array.from(note.description, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The notes in the bytes of a segment or section. Throws `FormatError`. */
export function parseNotes(bytes: Uint8Array, subject: string): Note[] {
  const notes: Note[] = []
  const reader = new ByteReader(bytes, subject)
  while (reader.remaining >= 12) {
    const nameSize = reader.u32()
    const descriptionSize = reader.u32()
    const type = reader.u32()
    const owner = String.fromCharCode(...reader.take(Math.min(nameSize, 256))).replace(/\0+$/, '')
    reader.skip(Math.max(0, nameSize - 256)).skip(Math.min(reader.remaining, -nameSize & 3))
    notes.push({ owner, type, description: reader.take(descriptionSize) })
    reader.skip(Math.min(reader.remaining, -descriptionSize & 3))
  }
  return notes
}
