/**
 * A section read a page at a time: strings, lists and unit headers are asked for by the thousand, a few bytes each.
 */
import { type ByteSource, checkRange } from '../elf/byte-source.ts'

const PAGE = 1 << 16
/** 4 MB in all. */
const MOST_PAGES = 64

/** Part of a source as a source of its own; keeps the pages that were read last. */
export class PagedSource implements ByteSource {
  readonly name: string
  readonly size: number
  readonly #source: ByteSource
  readonly #offset: number
  readonly #pages = new Map<number, Uint8Array>()

  constructor(name: string, source: ByteSource, part: { readonly offset: number; readonly size: number }) {
    this.name = name
    this.size = part.size
    this.#source = source
    this.#offset = part.offset
  }

  read(offset: number, length: number): Uint8Array {
    checkRange(this, offset, length)
    const start = offset - (offset % PAGE)
    const into = offset - start
    if (into + length > PAGE) return this.#source.read(this.#offset + offset, length)
    return this.#page(start).subarray(into, into + length)
  }

  #page(start: number): Uint8Array {
    const known = this.#pages.get(start)
    if (known !== undefined) return known
    const page = this.#source.read(this.#offset + start, Math.min(PAGE, this.size - start))
    const [oldest] = this.#pages.keys()
    if (oldest !== undefined && this.#pages.size >= MOST_PAGES) this.#pages.delete(oldest)
    this.#pages.set(start, page)
    return page
  }
}
