/**
 * The rows of a line table in a few arrays: tables of large units have 100,000 of them. Rows of a sequence count their
 * addresses from its start.
 */

/** Rows without a gap in between, by address. */
export interface Sequence {
  readonly start: bigint
  /** Not part of it any more. */
  readonly end: bigint
  /** Its rows are those from `first` up to, not with, `behind`. */
  readonly first: number
  readonly behind: number
}

/** Bits of a row's flags. */
export const ROW_FLAG = { statement: 1, prologueEnd: 2 } as const

const FIRST_CAPACITY = 256
const LARGEST_COLUMN = 0xffff

/** One row, as it is added. */
export interface Row {
  /** Bytes from the start of the sequence. */
  readonly offset: number
  readonly line: number
  readonly file: number
  readonly column: number
  /** Bits of `ROW_FLAG`. */
  readonly flags: number
}

/** Rows that more may be added to. */
export class LineRows {
  length = 0
  #offsets = new Uint32Array(FIRST_CAPACITY)
  #lines = new Uint32Array(FIRST_CAPACITY)
  #files = new Uint32Array(FIRST_CAPACITY)
  #columns = new Uint16Array(FIRST_CAPACITY)
  #flags = new Uint8Array(FIRST_CAPACITY)

  add({ offset, line, file, column, flags }: Row): void {
    const at = this.length++
    if (at === this.#offsets.length) this.#grow()
    this.#offsets[at] = offset
    this.#lines[at] = line
    this.#files[at] = file
    this.#columns[at] = Math.min(column, LARGEST_COLUMN)
    this.#flags[at] = flags
  }

  /** Row `at`; all zeros where there is none. */
  get(at: number): Row {
    return {
      offset: this.offsetAt(at),
      line: this.lineAt(at),
      file: this.fileAt(at),
      column: this.#columns[at] ?? 0,
      flags: this.#flags[at] ?? 0,
    }
  }

  offsetAt(at: number): number {
    return this.#offsets[at] ?? 0
  }
  lineAt(at: number): number {
    return this.#lines[at] ?? 0
  }
  fileAt(at: number): number {
    return this.#files[at] ?? 0
  }

  #grow(): void {
    const capacity = this.#offsets.length * 2
    this.#offsets = grown(this.#offsets, new Uint32Array(capacity))
    this.#lines = grown(this.#lines, new Uint32Array(capacity))
    this.#files = grown(this.#files, new Uint32Array(capacity))
    this.#columns = grown(this.#columns, new Uint16Array(capacity))
    this.#flags = grown(this.#flags, new Uint8Array(capacity))
  }
}

function grown<T extends { set(from: T): void }>(from: T, to: T): T {
  to.set(from)
  return to
}
