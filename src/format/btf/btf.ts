/**
 * Reads BTF: the kernel's own (/sys/kernel/btf/vmlinux: 130,000 types in 5 MB), a module's, or ours. Only where each type
 * begins is worked out in advance, and that at the first question; types and names are read when asked for.
 */
import { FormatError } from '../../base/errors.ts'
import type { BtfType, TypeId } from './btf-type.ts'
import { BTF_HEADER_SIZE, BTF_KIND, BTF_MAGIC, type BtfKind, COMMON_WORDS, countOfInfo, kindOfInfo, WORDS_BEHIND } from './kinds.ts'
import { readType, type TypeWords } from './read-type.ts'

/** The bytes of BTF, as types by number and name. */
export class Btf {
  /** Of a module: the kernel's, whose types and strings come before its own. */
  readonly base: Btf | undefined
  readonly #subject: string
  readonly #words: Uint32Array
  readonly #strings: Uint8Array
  /** Words at which the type section begins and ends. */
  readonly #from: number
  readonly #to: number
  readonly #decoder = new TextDecoder()
  readonly #found = new Map<string, TypeId | undefined>()
  #startsOfTypes: Uint32Array | undefined

  /** Looks at the header alone. Throws `FormatError` when it is not one of BTF, or points outside of `bytes`. */
  constructor(bytes: Uint8Array, subject: string, base?: Btf) {
    const aligned = bytes.byteOffset % 4 === 0 ? bytes : bytes.slice()
    const words = new Uint32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2)
    if (bytes.length < BTF_HEADER_SIZE || ((words[0] as number) & 0xffff) !== BTF_MAGIC) throw new FormatError(subject, 'not BTF')
    const [, headerSize = 0, typesAt = 0, typesSize = 0, stringsAt = 0, stringsSize = 0] = words
    const strings = headerSize + stringsAt
    if (
      headerSize % 4 !== 0 ||
      typesAt % 4 !== 0 ||
      headerSize + typesAt + typesSize > bytes.length ||
      strings + stringsSize > bytes.length
    )
      throw new FormatError(subject, 'the sections of its BTF do not lie inside of it')
    this.base = base
    this.#subject = subject
    this.#words = words
    this.#from = (headerSize + typesAt) / 4
    this.#to = (headerSize + typesAt + typesSize) >> 2
    this.#strings = bytes.subarray(strings, strings + stringsSize)
  }

  /** Types there are, `void` and those of the base not counted. */
  get ownCount(): number {
    return this.#starts().length
  }
  /** The largest number of a type. */
  get lastId(): TypeId {
    return this.#baseCount + this.ownCount
  }

  /** The type of a number; `undefined` for `void`. Throws `FormatError` when there is none. */
  type(id: TypeId): BtfType | undefined {
    if (id === 0) return undefined
    if (id <= this.#baseCount) return this.base?.type(id)
    const start = this.#starts()[id - this.#baseCount - 1]
    if (start === undefined) throw new FormatError(this.#subject, `its BTF has no type ${id}`)
    return readType(this.#wordsFrom(start))
  }

  /** The number of the first type of a kind and name, own types before those of the base. About a millisecond for the kernel's. */
  find(kind: BtfKind, name: string): TypeId | undefined {
    const key = `${kind} ${name}`
    if (!this.#found.has(key)) this.#found.set(key, this.#search(kind, name))
    return this.#found.get(key)
  }

  #search(kind: BtfKind, name: string): TypeId | undefined {
    const wanted = new TextEncoder().encode(`${name}\0`)
    const number = BTF_KIND[kind]
    const starts = this.#starts()
    for (let index = 0; index < starts.length; index++) {
      const start = starts[index] as number
      const info = this.#words[start + 1] as number
      if (kindOfInfo(info) === number && this.#isAt(this.#words[start] as number, wanted)) return this.#baseCount + index + 1
    }
    return this.base?.find(kind, name)
  }

  /** All types of a kind, own ones before those of the base. */
  *all(kind: BtfKind): Generator<BtfType> {
    const number = BTF_KIND[kind]
    for (const start of this.#starts()) {
      if (kindOfInfo(this.#words[start + 1] as number) === number) yield readType(this.#wordsFrom(start))
    }
    if (this.base !== undefined) yield* this.base.all(kind)
  }

  /** Names of all types of a kind, for suggestions. */
  names(kind: BtfKind): string[] {
    return [...this.ownNames(kind), ...(this.base?.names(kind) ?? [])]
  }

  /** The same, without those of the base. */
  ownNames(kind: BtfKind): string[] {
    const number = BTF_KIND[kind]
    const own: string[] = []
    for (const start of this.#starts()) {
      if (kindOfInfo(this.#words[start + 1] as number) !== number) continue
      const name = this.#string(this.#words[start] as number)
      if (name !== '') own.push(name)
    }
    return own
  }

  get #baseCount(): number {
    return this.base?.lastId ?? 0
  }
  get #stringsEnd(): number {
    return this.#baseStrings + this.#strings.length
  }
  get #baseStrings(): number {
    return this.base === undefined ? 0 : this.base.#stringsEnd
  }

  #starts(): Uint32Array {
    this.#startsOfTypes ??= findStarts(this.#words, { from: this.#from, to: this.#to, subject: this.#subject })
    return this.#startsOfTypes
  }

  #wordsFrom(start: number): TypeWords {
    return { word: (index) => this.#words[start + index] as number, text: (offset) => this.#string(offset) }
  }

  #string(offset: number): string {
    const { base } = this
    if (base !== undefined && offset < this.#baseStrings) return base.#string(offset)
    const start = offset - this.#baseStrings
    const end = this.#strings.indexOf(0, start)
    if (end === -1) throw new FormatError(this.#subject, `its BTF has no string at ${offset}`)
    return this.#decoder.decode(this.#strings.subarray(start, end))
  }

  #isAt(offset: number, wanted: Uint8Array): boolean {
    const { base } = this
    if (base !== undefined && offset < this.#baseStrings) return base.#isAt(offset, wanted)
    const start = offset - this.#baseStrings
    for (let i = 0; i < wanted.length; i++) if (this.#strings[start + i] !== wanted[i]) return false
    return true
  }
}

/** The word at which each type begins. */
function findStarts(words: Uint32Array, { from, to, subject }: { from: number; to: number; subject: string }): Uint32Array {
  const starts = new Uint32Array((to - from) / COMMON_WORDS + 1)
  let count = 0
  let at = from
  while (at < to) {
    const info = words[at + 1] as number
    const behind = WORDS_BEHIND[kindOfInfo(info)]
    if (behind === undefined) throw new FormatError(subject, `its BTF has a type of the unknown kind ${kindOfInfo(info)}`)
    starts[count++] = at
    at += COMMON_WORDS + behind.once + (behind.each === 0 ? 0 : behind.each * countOfInfo(info))
  }
  if (at !== to) throw new FormatError(subject, 'the last type of its BTF is cut off')
  return starts.subarray(0, count)
}
