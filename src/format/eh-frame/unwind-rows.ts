/**
 * The unwinding rules of a file, by address: all of its call frame information in one sorted table, equal neighbours made one. Between
 * the functions that it tells of, and behind them, the rule is `framePointer`.
 */
import { type ElfFile, findSection, readSection } from '../elf/elf-file.ts'
import { SECTION_FLAG, SECTION_TYPE } from '../elf/sections.ts'
import { type FrameSectionKind, readFrameEntries } from './frame-entries.ts'
import { FrameProgram } from './frame-program.ts'
import { FrameReader } from './frame-reader.ts'
import { SPECIAL_RULE } from './unwind-rule.ts'

/** A table of rules. */
export interface UnwindRows {
  readonly length: number
  /** Where each rule begins to hold, ascending, as the file's own tables count. */
  readonly addresses: Float64Array
  /** `unwind-rule.ts`. */
  readonly rules: Float64Array
}

/** The rules of a file: of .eh_frame or, where there is none, of .debug_frame. Undefined without either. Throws `FormatError`. */
export function readUnwindRows(elf: ElfFile): UnwindRows | undefined {
  const kind = (['eh_frame', 'debug_frame'] as const).find((one) => hasBytes(elf, one))
  if (kind === undefined) return undefined
  const section = findSection(elf, `.${kind}`)
  if (section === undefined) return undefined
  return parseUnwindRows(readSection(elf, section), kind, { address: Number(section.address), subject: elf.source.name })
}

function hasBytes(elf: ElfFile, kind: FrameSectionKind): boolean {
  const section = findSection(elf, `.${kind}`)
  return (
    section !== undefined && section.size > 4 && section.type !== SECTION_TYPE.noBits && (section.flags & SECTION_FLAG.compressed) === 0
  )
}

/** The rules that a section stands for; `address` is where it lies in memory. Throws `FormatError`. */
export function parseUnwindRows(
  bytes: Uint8Array,
  kind: FrameSectionKind,
  place: { readonly address: number; readonly subject: string },
): UnwindRows {
  const reader = new FrameReader(bytes, place)
  const entries = readFrameEntries(reader, kind)
  if (entries.some((entry, index) => index > 0 && entry.from < (entries[index - 1]?.from ?? 0))) entries.sort((a, b) => a.from - b.from)
  const rows = new RowList()
  const program = new FrameProgram(reader, (address, rule) => rows.add(address, rule))
  let covered = 0
  for (const entry of entries) {
    // Two entries for one place: the first one counts, as for debuggers.
    if (entry.from < covered) continue
    if (entry.from > covered) rows.add(covered, SPECIAL_RULE.framePointer)
    program.run(entry)
    covered = entry.to
  }
  rows.add(covered, SPECIAL_RULE.framePointer)
  return rows.finish()
}

/** Rows as they come, without those that change nothing. */
class RowList {
  #addresses = new Float64Array(1024)
  #rules = new Float64Array(1024)
  #length = 0

  /** At the same address the last rule counts. What lies below the last address is of damaged information, and left out. */
  add(address: number, rule: number): void {
    let last = this.#length - 1
    if (!(address >= (this.#addresses[last] ?? 0))) return
    if (last >= 0 && this.#addresses[last] === address) last = --this.#length - 1
    if (last >= 0 && this.#rules[last] === rule) return
    if (this.#length === this.#addresses.length) this.#grow()
    this.#addresses[this.#length] = address
    this.#rules[this.#length++] = rule
  }

  finish(): UnwindRows {
    const length = this.#length
    return { length, addresses: this.#addresses.slice(0, length), rules: this.#rules.slice(0, length) }
  }

  #grow(): void {
    const [addresses, rules] = [this.#addresses, this.#rules]
    this.#addresses = new Float64Array(addresses.length * 2)
    this.#rules = new Float64Array(rules.length * 2)
    this.#addresses.set(addresses)
    this.#rules.set(rules)
  }
}
