/**
 * The value model: what decoding yields and writers render. Values come before text.
 */
import type { StackMode } from './types/type.ts'

/** A bucket of a histogram: `[min, max]` inclusive, open at an end that is absent. */
export interface HistogramBucket {
  readonly min?: bigint
  readonly max?: bigint
  readonly count: bigint
}

/** One frame of a call stack. What could not be found out is absent. */
export interface Frame {
  readonly address: bigint
  readonly symbol?: string
  /** Bytes from the start of the symbol; absent in an inlined frame. */
  readonly offset?: bigint
  /** The file that the code is from: a program or a library. */
  readonly path?: string
  /** The place in the source, where lines were asked for and are known. */
  readonly file?: string
  readonly line?: number
  /** The function was inlined into the one of the next frame, which has the same address. */
  readonly inlined?: true
  /** The file's build ID, in hexadecimal, and where in the file the code is; only in stacks of the mode `build_id`. */
  readonly build?: { readonly id: string; readonly fileOffset: number }
  /** Why there is no symbol, to be read behind "because". */
  readonly missing?: string
}

/** What frames are to say. */
export interface FrameDetail {
  /** `lines` adds places in the source, and frames of inlined calls. */
  readonly show: 'names' | 'lines'
  /** Whether names of C++ and Rust are as their sources have them. */
  readonly names: 'demangled' | 'mangled'
}

/** What holds unless a program says otherwise. */
export const PLAIN_FRAMES: FrameDetail = { show: 'names', names: 'demangled' }

/** One interval of a time series. */
export interface SeriesPoint {
  readonly startNs: bigint
  /** The local time of its start: `2026-01-31 23:59:59.000000000`. */
  readonly start: string
  readonly value: bigint
}

/** One decoded value, by kind. */
export type Value =
  /** `name`: that of the enumerator. */
  | { readonly kind: 'int'; readonly value: bigint; readonly signed: boolean; readonly name?: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'pointer'; readonly value: bigint }
  /** Bytes as they came, one character (0..255) a byte, without the NUL. `truncated`: filled the buffer with no NUL. */
  | { readonly kind: 'string'; readonly value: string; readonly truncated: boolean }
  /** Bytes that are no text, one character (0..255) a byte. */
  | { readonly kind: 'buffer'; readonly bytes: string }
  | { readonly kind: 'tuple'; readonly items: readonly Value[] }
  | { readonly kind: 'array'; readonly items: readonly Value[] }
  | { readonly kind: 'record'; readonly fields: readonly { readonly name: string; readonly value: Value }[] }
  /** Frames from the innermost out. */
  | { readonly kind: 'stack'; readonly mode: StackMode; readonly space: 'kernel' | 'user'; readonly frames: readonly Frame[] }
  /** A name that was looked up, such as a function's; `address` when it could not be. */
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'stats'; readonly count: bigint; readonly average: bigint; readonly total: bigint; readonly signed: boolean }
  /** `step`: width of the buckets of a linear one, by which its open ends are labelled. */
  | {
      readonly kind: 'histogram'
      readonly scale: 'log2' | 'linear'
      readonly step?: bigint
      readonly buckets: readonly HistogramBucket[]
    }
  /** Numbers in time, the oldest first; intervals without one are left out. */
  | { readonly kind: 'series'; readonly intervalNs: bigint; readonly points: readonly SeriesPoint[] }
  | { readonly kind: 'none' }

/** The contents of a user's map at one time, in the order in which it is shown. */
export interface MapContents {
  readonly name: string
  /** False for a map without key, whose one entry has no `key`. */
  readonly keyed: boolean
  /** `avg` maps show as numbers but JSON puts them under `stats`. */
  readonly shape: 'plain' | 'stats' | 'average' | 'histogram' | 'series'
  /** False for a map without key that holds nothing: its entry is the zero value, which `print()` shows and the exit does not. */
  readonly assigned: boolean
  readonly entries: readonly { readonly key?: Value; readonly value: Value }[]
}
