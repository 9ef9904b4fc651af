/**
 * The headers of Go's function table (pclntab), which changed with Go 1.2, 1.16, 1.18 and 1.20: where in the table the
 * names, the function index and the function records lie. Source: `runtime/symtab.go` (`pcHeader`) and `debug/gosym` of
 * the Go releases.
 */
import { FormatError } from '../../base/errors.ts'

/** Where things lie in a table, in bytes from its start. */
export interface PclntabLayout {
  /** The Go release that brought this form. */
  readonly version: '1.2' | '1.16' | '1.18' | '1.20'
  readonly functionCount: number
  /** Entry addresses are 4-byte offsets from the text start (1.18 and later) or absolute 8-byte addresses. */
  readonly entrySize: 4 | 8
  /** The text start that the header gives; 0 when it leaves that to moduledata (1.26 and later), and before 1.18. */
  readonly headerTextStart: bigint
  /** Pairs of entry and record offset, one per function, and a final entry: the end of the last function. */
  readonly index: number
  /** Function records; the index counts from here. */
  readonly records: number
  /** Names; records count from here. */
  readonly names: number
  /** Where the names end; undefined when they are mixed with the rest (before 1.16). */
  readonly namesEnd: number | undefined
  /** What lines are read by; undefined before 1.16. */
  readonly lines: LineParts | undefined
}

/** Where the parts of a table lie by which addresses have lines, in bytes from its start. */
export interface LineParts {
  /** Numbers of files, by compilation unit. */
  readonly units: number
  readonly files: number
  /** Values by address. */
  readonly values: number
  /** Addresses advance by multiples of it. */
  readonly quantum: number
}

type Version = PclntabLayout['version']
const VERSIONS: Readonly<Record<number, Version>> = { 4294967291: '1.2', 4294967290: '1.16', 4294967280: '1.18', 4294967281: '1.20' }
const POINTER_SIZE = 8

/** True when bytes at `offset` start like a table of a 64-bit little-endian program. Cheap: a search calls it often. */
export function looksLikePclntab(view: DataView, offset: number): boolean {
  if (offset + 8 > view.byteLength || VERSIONS[view.getUint32(offset, true)] === undefined) return false
  const quantum = view.getUint8(offset + 6)
  return view.getUint16(offset + 4, true) === 0 && [1, 2, 4].includes(quantum) && view.getUint8(offset + 7) === POINTER_SIZE
}

/** Reads a table's header. Throws `FormatError` when it is not one, or points outside of `bytes`. */
export function readPclntabLayout(bytes: Uint8Array, subject: string): PclntabLayout {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!looksLikePclntab(view, 0)) throw new FormatError(subject, 'no Go function table (pclntab) of a 64-bit little-endian program')
  const version = VERSIONS[view.getUint32(0, true)] as Version
  const word = (index: number) => {
    const at = 8 + index * POINTER_SIZE
    if (at + POINTER_SIZE > bytes.length) throw new FormatError(subject, 'truncated Go function table (pclntab)')
    return view.getBigUint64(at, true)
  }
  const place = (index: number) => Math.min(Number(word(index)), Number.MAX_SAFE_INTEGER)
  const layout = LAYOUTS[version](version, word, place)
  const lines = layout.lines && { ...layout.lines, quantum: view.getUint8(6) }
  return checked({ ...layout, lines }, bytes, subject)
}

type Read<T> = (index: number) => T
type LayoutReader = (version: Version, word: Read<bigint>, place: Read<number>) => PclntabLayout

const read12: LayoutReader = (version, _word, place) => ({
  version,
  functionCount: place(0),
  entrySize: 8,
  headerTextStart: 0n,
  index: 8 + POINTER_SIZE,
  records: 0,
  names: 0,
  namesEnd: undefined,
  lines: undefined,
})

const read116: LayoutReader = (version, _word, place) => ({
  version,
  functionCount: place(0),
  entrySize: 8,
  headerTextStart: 0n,
  index: place(6),
  records: place(6),
  names: place(2),
  namesEnd: place(3),
  lines: { units: place(3), files: place(4), values: place(5), quantum: 1 },
})

const read118: LayoutReader = (version, word, place) => ({
  version,
  functionCount: place(0),
  entrySize: 4,
  headerTextStart: word(2),
  index: place(7),
  records: place(7),
  names: place(3),
  namesEnd: place(4),
  lines: { units: place(4), files: place(5), values: place(6), quantum: 1 },
})

const LAYOUTS: Readonly<Record<Version, LayoutReader>> = { '1.2': read12, '1.16': read116, '1.18': read118, '1.20': read118 }

function checked(layout: PclntabLayout, bytes: Uint8Array, subject: string): PclntabLayout {
  const indexEnd = layout.index + layout.functionCount * 2 * layout.entrySize + layout.entrySize
  if (layout.functionCount === 0) throw new FormatError(subject, 'Go function table (pclntab) without functions')
  if (indexEnd > bytes.length || layout.names >= bytes.length)
    throw new FormatError(subject, 'Go function table (pclntab) points outside of itself')
  return layout
}
