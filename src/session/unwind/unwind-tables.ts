/**
 * The unwinding tables of a run: made of files when they are first met, once for each build ID, and written to the maps that programs
 * search (`spec/unwind-layout.ts`).
 */
import { readUnwindRows } from '../../format/eh-frame/unwind-rows.ts'
import { SPECIAL_RULE } from '../../format/eh-frame/unwind-rule.ts'
import type { ByteSource } from '../../format/elf/byte-source.ts'
import { type ElfFile, readElf } from '../../format/elf/elf-file.ts'
import { readBuildId } from '../../format/elf/notes.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import { CHUNK_ROWS, FILE_KEY, FILE_STATE, FILE_VALUE, MOST_RULES, PAGE_KEY, PAGE_VALUE, UNWIND_MAPS } from '../../spec/unwind-layout.ts'
import { type UnwindPage, unwindPages } from '../../symbolize/unwind/unwind-table.ts'

/** What the kernel knows a file by. */
export interface FileKey {
  readonly inode: bigint
  /** The kernel's `dev_t`. */
  readonly device: number
  /** The low half. */
  readonly fileSize: number
}

/** Writes tables. Owns nothing: the maps are the loaded object's. */
export class UnwindTables {
  readonly #loaded: LoadedObject
  readonly #byBuildId = new Map<string, number>()
  readonly #rules = new RuleNumbers()
  #tables = 0
  #chunk = new Uint32Array(CHUNK_ROWS)
  #chunkNumber = 0
  #used = 0

  constructor(loaded: LoadedObject) {
    this.#loaded = loaded
  }

  /** Makes a file's table known, which is made unless one of the same build ID was. Throws `FormatError` when the file is damaged. */
  add(key: FileKey, source: ByteSource): void {
    const elf = readElf(source)
    const id = readBuildId(elf)
    const table = (id === undefined ? undefined : this.#byBuildId.get(id)) ?? this.#write(elf)
    if (id !== undefined) this.#byBuildId.set(id, table)
    this.#writeFile(key, { table, state: table === 0 ? FILE_STATE.none : FILE_STATE.table })
  }

  /** Lets programs ask again for a file that could not be looked at. */
  forget(key: FileKey): void {
    this.#loaded.map(UNWIND_MAPS.files).delete(encodeKey(key))
  }
  /** A file that cannot be unwound by tables. */
  giveUp(key: FileKey): void {
    this.#writeFile(key, { table: 0, state: FILE_STATE.none })
  }

  /** Answers the number of the table; 0 for a file without rules. Programs see it when the file is written. */
  #write(elf: ElfFile): number {
    const rows = readUnwindRows(elf)
    if (rows === undefined) return 0
    const before = this.#rules.count
    const pages = unwindPages(rows, elf.segments, (rule) => this.#rules.of(rule))
    if (this.#rules.count > before) this.#loaded.map(UNWIND_MAPS.rules).update(new Uint8Array(4), [this.#rules.bytes])
    const table = ++this.#tables
    const places = pages.map((page) => this.#place(page))
    this.#writeChunk()
    for (const [index, { page, rows }] of pages.entries()) {
      const key = words(PAGE_KEY.size, [PAGE_KEY.table, table], [PAGE_KEY.page, page])
      const { chunk, first } = places[index] as Place
      const value = words(PAGE_VALUE.size, [PAGE_VALUE.chunk, chunk])
      new DataView(value.buffer).setUint16(PAGE_VALUE.first, first, true)
      new DataView(value.buffer).setUint16(PAGE_VALUE.count, rows.length, true)
      this.#loaded.map(UNWIND_MAPS.pages).update(key, [value])
    }
    return table
  }

  /** Puts the rows of a page into the present chunk, or the next. */
  #place({ rows }: UnwindPage): Place {
    if (this.#used + rows.length > CHUNK_ROWS) {
      this.#writeChunk()
      this.#chunk = new Uint32Array(CHUNK_ROWS)
      this.#chunkNumber++
      this.#used = 0
    }
    const first = this.#used
    this.#chunk.set(rows, first)
    this.#used += rows.length
    return { chunk: this.#chunkNumber, first }
  }

  #writeChunk(): void {
    this.#loaded.map(UNWIND_MAPS.rows).update(words(4, [0, this.#chunkNumber]), [new Uint8Array(this.#chunk.buffer)])
  }

  #writeFile(key: FileKey, { table, state }: { readonly table: number; readonly state: number }): void {
    const value = words(FILE_VALUE.size, [FILE_VALUE.table, table], [FILE_VALUE.state, state])
    this.#loaded.map(UNWIND_MAPS.files).update(encodeKey(key), [value])
  }
}

interface Place {
  readonly chunk: number
  readonly first: number
}

/** Rules by number, as all tables of a run share them. */
class RuleNumbers {
  readonly #numbers = new Map<number, number>()
  readonly #words = new BigUint64Array(MOST_RULES)
  readonly #unknown: number

  constructor() {
    this.#unknown = this.of(SPECIAL_RULE.unknown)
  }
  get count(): number {
    return this.#numbers.size
  }
  /** The value of the array of rules. */
  get bytes(): Uint8Array {
    return new Uint8Array(this.#words.buffer)
  }
  /** The number of a rule; that of an unknown one when there are too many. */
  of(rule: number): number {
    const known = this.#numbers.get(rule)
    if (known !== undefined) return known
    const number = this.#numbers.size
    if (number >= MOST_RULES) return this.#unknown
    this.#numbers.set(rule, number)
    this.#words[number] = BigInt(rule)
    return number
  }
}

function encodeKey({ inode, device, fileSize }: FileKey): Uint8Array {
  const bytes = words(FILE_KEY.size, [FILE_KEY.device, device], [FILE_KEY.fileSize, fileSize])
  new DataView(bytes.buffer).setBigUint64(FILE_KEY.inode, inode, true)
  return bytes
}

/** Bytes with u32 at offsets. */
function words(size: number, ...parts: readonly (readonly [offset: number, value: number])[]): Uint8Array {
  const bytes = new Uint8Array(size)
  const view = new DataView(bytes.buffer)
  for (const [offset, value] of parts) view.setUint32(offset, value, true)
  return bytes
}
