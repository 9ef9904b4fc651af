/**
 * An ELF file for the machine BPF, as clang writes it, read as an `ObjectSpec`: maps from a `maps` section (the classic
 * `struct bpf_map_def`), data sections as one-entry arrays, a program for each function outside of `.text`. Where a program is
 * attached is read off its section's name only for tracepoints; the rest is the caller's to say. Maps declared in BTF
 * (`.maps`) and CO-RE are not read.
 */
import { ByteReader, decodeText } from '../base/bytes.ts'
import { FormatError } from '../base/errors.ts'
import { sourceText } from '../base/source-text.ts'
import type { ByteSource } from '../format/elf/byte-source.ts'
import { type ElfFile, findSection, readElf, readSection } from '../format/elf/elf-file.ts'
import { SECTION_TYPE, type Section } from '../format/elf/sections.ts'
import { readSymbolTable, SYMBOL_TYPE, type SymbolTable } from '../format/elf/symbol-table.ts'
import type { AttachPoint } from './attach-point.ts'
import type { MapKind, MapSpec } from './map-spec.ts'
import { linkProgram, readObjectCode } from './object-code.ts'
import type { ObjectSpec } from './object-spec.ts'
import type { ProgramSpec, ProgramType } from './program-spec.ts'

/** EM_BPF. */
const BPF_MACHINE = 247
const MAPS_SECTION = 'maps'
const TEXT_SECTION = '.text'

/** Reads an object. Throws `FormatError` for what is no BPF object, and for what it uses that is not read here. */
export function readObject(source: ByteSource): ObjectSpec {
  const elf = readElf(source)
  if (elf.header.machine !== BPF_MACHINE) throw new FormatError(source.name, 'is not an object file for BPF (compile with -target bpf)')
  const symbols = readSymbolTable(elf, 'symbols')
  if (symbols === undefined) throw new FormatError(source.name, 'has no symbol table')
  if (findSection(elf, '.maps') !== undefined)
    throw new FormatError(source.name, 'declares maps in BTF (.maps), which is not read: use a "maps" section')
  return {
    license: licenseOf(elf),
    maps: [...readMaps(elf, symbols), ...readDataSections(elf)],
    programs: readPrograms(elf, symbols),
    records: [],
    sites: new Map(),
  }
}

function licenseOf(elf: ElfFile): string {
  const section = findSection(elf, 'license')
  return section === undefined ? '' : decodeText(readSection(elf, section), 'utf-8').split('\0', 1).join('')
}

/** `enum bpf_map_type` (include/uapi/linux/bpf.h). */
const MAP_KINDS: ReadonlyMap<number, MapKind> = new Map([
  [1, 'hash'],
  [2, 'array'],
  [5, 'percpu_hash'],
  [6, 'percpu_array'],
  [7, 'stack_trace'],
  [8, 'cgroup_array'],
  [9, 'lru_hash'],
  [10, 'percpu_lru_hash'],
  [27, 'ringbuf'],
])

/** `struct bpf_map_def`: type, key_size, value_size, max_entries, map_flags. */
function readMaps(elf: ElfFile, symbols: SymbolTable): MapSpec[] {
  const index = elf.sections.findIndex((section) => section.name === MAPS_SECTION)
  const section = elf.sections[index]
  if (section === undefined) return []
  const bytes = readSection(elf, section)
  const maps: MapSpec[] = []
  for (let symbol = 0; symbol < symbols.length; symbol++) {
    if (symbols.sectionAt(symbol) !== index || symbols.typeAt(symbol) !== SYMBOL_TYPE.object) continue
    const name = symbols.nameAt(symbol)
    const reader = new ByteReader(bytes, `map ${name} of ${elf.source.name}`, Number(symbols.addressAt(symbol)))
    const type = reader.u32()
    const kind = MAP_KINDS.get(type)
    if (kind === undefined) throw new FormatError(elf.source.name, `map ${name} is of type ${type}, which is not known here`)
    maps.push({ name, kind, keySize: reader.u32(), valueSize: reader.u32(), maxEntries: reader.u32(), flags: reader.u32() })
  }
  return maps
}

/** BPF_F_RDONLY_PROG: programs may only read what is constant. @kernel 5.2 */
const READ_ONLY_FOR_PROGRAMS = 0x80

/** True for sections of variables, which become arrays of one entry. */
const isData = ({ name, size }: Section): boolean => size > 0 && /^\.(data|rodata|bss)(\.|$)/.test(name)

function readDataSections(elf: ElfFile): MapSpec[] {
  return elf.sections.filter(isData).map((section) => ({
    name: section.name,
    kind: 'array',
    keySize: 4,
    valueSize: section.size,
    maxEntries: 1,
    ...(section.name.startsWith('.rodata') ? { flags: READ_ONLY_FOR_PROGRAMS } : {}),
    ...(section.type === SECTION_TYPE.noBits ? {} : { contents: readSection(elf, section) }),
  }))
}

function readPrograms(elf: ElfFile, symbols: SymbolTable): ProgramSpec[] {
  const code = readObjectCode(elf, symbols)
  return code.functions
    .filter(({ section }) => elf.sections[section]?.name !== TEXT_SECTION)
    .map((main) => {
      const section = elf.sections[main.section]?.name ?? ''
      const { type, attach } = purposeOf(section, elf.source.name)
      return { name: main.name, type, attach, source: sourceText(elf.source.name, ''), ...linkProgram(code, main) }
    })
}

const TYPES: Readonly<Record<string, ProgramType>> = {
  kprobe: 'kprobe',
  kretprobe: 'kprobe',
  uprobe: 'kprobe',
  uretprobe: 'kprobe',
  tracepoint: 'tracepoint',
  tp: 'tracepoint',
  raw_tracepoint: 'raw_tracepoint',
  raw_tp: 'raw_tracepoint',
  perf_event: 'perf_event',
}

function purposeOf(section: string, file: string): { readonly type: ProgramType; readonly attach: readonly AttachPoint[] } {
  const [word = '', category, event] = section.split('/')
  const type = TYPES[word]
  if (type === undefined) throw new FormatError(file, `section ${section} does not name a kind of program that is known here`)
  if (type !== 'tracepoint' || category === undefined || event === undefined) return { type, attach: [] }
  return { type, attach: [{ kind: 'tracepoint', category, event }] }
}
