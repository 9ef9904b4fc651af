/**
 * Small ELF files, made in memory: for tests of the readers that need exact bytes, and files that no linker makes (no
 * section headers, pointers only in relocations).
 */
import { ByteWriter } from '../../src/base/bytes.ts'

/** A run of bytes in the file: a section, and where asked for a segment too. */
export interface ImagePart {
  readonly name: string
  readonly bytes: Uint8Array
  readonly address?: bigint
  /** Makes it a PT_LOAD with these rights. */
  readonly load?: 'r' | 'rx' | 'rw'
  /** Also a program header of this type: 2 PT_DYNAMIC, 4 PT_NOTE. */
  readonly segmentType?: number
  /** Bytes in memory, when more than in the file. */
  readonly memorySize?: number
  /** `sh_type`; PROGBITS by default. */
  readonly sectionType?: number
  /** Name of the section in `sh_link`. */
  readonly link?: string
  readonly info?: number
}

export interface ImageOptions {
  /** `e_type`: 2 executable, 3 shared (default). */
  readonly type?: number
  readonly machine?: number
  /** False leaves out the section headers. */
  readonly sections?: boolean
  readonly parts: readonly ImagePart[]
}

const HEADER = 64
const PROGRAM_HEADER = 56
const PF = { r: 4, rx: 5, rw: 6 } as const

/** The bytes of a 64-bit little-endian ELF file with `parts`, in order, each aligned to 64 bytes. */
export function buildElf(options: ImageOptions): Uint8Array {
  const headers = options.parts.flatMap((part) => programHeadersOf(part))
  const offsets: number[] = []
  const body = new ByteWriter().zeros(HEADER + headers.length * PROGRAM_HEADER)
  for (const part of options.parts) {
    body.alignTo(64)
    offsets.push(body.length)
    body.raw(part.bytes)
  }
  const names = sectionNames(options.parts)
  body.alignTo(64)
  const namesOffset = body.length
  body.raw(names.bytes).alignTo(64)
  const sectionOffset = body.length
  const out = new ByteWriter()
  const withSections = options.sections !== false
  const sectionCount = withSections ? options.parts.length + 2 : 0
  writeHeader(out, { ...options, programCount: headers.length, sectionOffset: withSections ? sectionOffset : 0, sectionCount })
  for (const { part, type } of headers) writeProgramHeader(out, part, { type, offset: offsets[options.parts.indexOf(part)] ?? 0 })
  out.raw(body.finish().subarray(out.length))
  if (!withSections) return out.finish()
  out.zeros(64)
  for (const [index, part] of options.parts.entries())
    writeSection(out, part, { options, offset: offsets[index] ?? 0, name: names.offsets[index] ?? 0 })
  out.u32(names.own).u32(3).zeros(16).u64(BigInt(namesOffset)).u64(BigInt(names.bytes.length)).zeros(24)
  return out.finish()
}

/** Strings with a NUL behind each, an empty one first, and the offset of each. */
export function stringTable(texts: readonly string[]): { readonly bytes: Uint8Array; readonly offsets: readonly number[] } {
  const out = new ByteWriter().u8(0)
  const offsets = texts.map((text) => {
    const at = out.length
    out.raw(new TextEncoder().encode(text)).u8(0)
    return at
  })
  return { bytes: out.finish(), offsets }
}

/** One symbol of a table. */
export interface ImageSymbol {
  readonly name: string
  /** STT_*: 1 object, 2 function, 6 thread-local, 10 indirect function. */
  readonly type: number
  readonly address?: bigint
  readonly size?: number
  /** 0 is undefined. */
  readonly section?: number
}

/** A symbol table and its strings, as parts named `.symtab` and `.strtab` (or `.dynsym` and `.dynstr`). */
export function symbolParts(symbols: readonly ImageSymbol[], kind: 'symtab' | 'dynsym' = 'symtab'): readonly ImagePart[] {
  const strings = stringTable(symbols.map(({ name }) => name))
  const out = new ByteWriter().zeros(24)
  for (const [index, symbol] of symbols.entries()) {
    out
      .u32(strings.offsets[index] ?? 0)
      .u8(0x10 | symbol.type)
      .u8(0)
    out
      .u16(symbol.section ?? 1)
      .u64(symbol.address ?? 0n)
      .u64(BigInt(symbol.size ?? 0))
  }
  const [table, text, sectionType] = kind === 'symtab' ? ['.symtab', '.strtab', 2] : ['.dynsym', '.dynstr', 11]
  return [
    { name: table as string, bytes: out.finish(), sectionType: sectionType as number, link: text as string },
    { name: text as string, bytes: strings.bytes, sectionType: 3 },
  ]
}

function programHeadersOf(part: ImagePart): readonly { readonly part: ImagePart; readonly type: number }[] {
  const load = part.load === undefined ? [] : [{ part, type: 1 }]
  return part.segmentType === undefined ? load : [...load, { part, type: part.segmentType }]
}

function sectionNames(parts: readonly ImagePart[]) {
  const { bytes, offsets } = stringTable([...parts.map(({ name }) => name), '.shstrtab'])
  return { bytes, offsets, own: offsets.at(-1) ?? 0 }
}

interface HeaderFields extends ImageOptions {
  readonly programCount: number
  readonly sectionOffset: number
  readonly sectionCount: number
}

function writeHeader(out: ByteWriter, fields: HeaderFields): void {
  out.raw(Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 2, 1, 1)).zeros(9)
  out
    .u16(fields.type ?? 3)
    .u16(fields.machine ?? 62)
    .u32(1)
    .u64(0n)
    .u64(BigInt(HEADER))
    .u64(BigInt(fields.sectionOffset))
  out.u32(0).u16(HEADER).u16(PROGRAM_HEADER).u16(fields.programCount).u16(64).u16(fields.sectionCount)
  out.u16(Math.max(0, fields.sectionCount - 1))
}

function writeProgramHeader(out: ByteWriter, part: ImagePart, place: { readonly type: number; readonly offset: number }): void {
  const address = part.address ?? 0n
  out
    .u32(place.type)
    .u32(PF[part.load ?? 'r'])
    .u64(BigInt(place.offset))
    .u64(address)
    .u64(address)
  out
    .u64(BigInt(part.bytes.length))
    .u64(BigInt(part.memorySize ?? part.bytes.length))
    .u64(64n)
}

function writeSection(
  out: ByteWriter,
  part: ImagePart,
  place: { readonly options: ImageOptions; readonly offset: number; readonly name: number },
): void {
  const link = place.options.parts.findIndex(({ name }) => name === part.link) + 1
  out
    .u32(place.name)
    .u32(part.sectionType ?? 1)
    .u64(0n)
    .u64(part.address ?? 0n)
    .u64(BigInt(place.offset))
    .u64(BigInt(part.bytes.length))
  out
    .u32(link)
    .u32(part.info ?? 0)
    .u64(1n)
    .u64(0n)
}
