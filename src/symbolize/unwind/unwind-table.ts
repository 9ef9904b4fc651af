/**
 * Cuts the unwinding rules of a file into pages, as programs in the kernel search them (`spec/unwind-layout.ts`): by file offset, since that is
 * what a mapping tells, 64 KB a page, one word a row.
 */
import type { UnwindRows } from '../../format/eh-frame/unwind-rows.ts'
import { SPECIAL_RULE } from '../../format/eh-frame/unwind-rule.ts'
import { SEGMENT_TYPE, type Segment } from '../../format/elf/segments.ts'
import { CHUNK_ROWS, PAGE_BITS } from '../../spec/unwind-layout.ts'

/** The rows of one page. */
export interface UnwindPage {
  /** File offset >> 16. */
  readonly page: number
  readonly rows: Uint32Array
}

const PAGE_SIZE = 1 << PAGE_BITS

/** The pages of the executable segments. `numberOf` gives rules their numbers, of 16 bits. */
export function unwindPages(rows: UnwindRows, segments: readonly Segment[], numberOf: (rule: number) => number): UnwindPage[] {
  const pages = new PageList()
  const code = segments.filter((segment) => segment.type === SEGMENT_TYPE.load && segment.executable && segment.fileSize > 0)
  for (const segment of code.sort((a, b) => a.offset - b.offset)) {
    const [start, end] = [Number(segment.address), Number(segment.address) + segment.fileSize]
    const shift = segment.offset - start
    let index = rowAt(rows, start)
    const ruleAt = (row: number) => numberOf(row < 0 ? SPECIAL_RULE.framePointer : (rows.rules[row] as number))
    pages.add(segment.offset, ruleAt(index))
    for (index++; index < rows.length && (rows.addresses[index] as number) < end; index++)
      pages.add((rows.addresses[index] as number) + shift, ruleAt(index))
    pages.end(segment.offset + segment.fileSize, numberOf(SPECIAL_RULE.framePointer))
  }
  return pages.finish()
}

/** The last row that does not begin behind an address; -1 when there is none. */
function rowAt({ addresses, length }: UnwindRows, address: number): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((addresses[middle] as number) <= address) low = middle + 1
    else high = middle
  }
  return low - 1
}

/** Rows by offset, ascending, cut into pages as they come. */
class PageList {
  readonly #pages: UnwindPage[] = []
  #rows: number[] = []
  #page = -1
  #rule = 0

  add(offset: number, rule: number): void {
    this.#goTo(Math.floor(offset / PAGE_SIZE))
    this.#push(offset % PAGE_SIZE, rule)
    this.#rule = rule
  }
  /** Behind the last byte of a segment. */
  end(offset: number, rule: number): void {
    if (offset % PAGE_SIZE === 0) this.#goTo(offset / PAGE_SIZE - 1)
    else this.add(offset, rule)
    this.#rule = rule
  }
  finish(): UnwindPage[] {
    this.#close()
    return this.#pages
  }

  /** Every page on the way gets a row for its first byte. */
  #goTo(page: number): void {
    if (this.#page === -1) this.#page = page - 1
    while (this.#page < page) {
      this.#close()
      this.#page++
      this.#push(0, this.#rule)
    }
  }
  #push(low: number, rule: number): void {
    const word = (low * PAGE_SIZE + rule) >>> 0
    const last = this.#rows.at(-1)
    if (last !== undefined && last >>> PAGE_BITS === low) this.#rows[this.#rows.length - 1] = word
    else this.#rows.push(word)
  }
  /** A page that has more rows than a chunk, one for each four bytes, is none of code. */
  #close(): void {
    if (this.#rows.length > 0 && this.#rows.length <= CHUNK_ROWS) this.#pages.push({ page: this.#page, rows: Uint32Array.from(this.#rows) })
    this.#rows = []
  }
}
