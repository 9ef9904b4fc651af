/**
 * A parsed format string of `printf`: pure data that a front-end checks arguments against and the writers render by.
 * The grammar is section 4.2 of the language reference; parsing it is `frontend/bpftrace/format-string.ts`.
 */

/** One conversion of a format string. */
export interface FormatConversion {
  readonly kind: 'conversion'
  /** The conversion letter: d i u o x X c p s, ... */
  readonly conversion: string
  /** Bits that an integer is cast to before it is shown: 32 without a length modifier, 64 for `l ll j z t` and `%p`. */
  readonly bits: 8 | 16 | 32 | 64
  readonly leftAlign: boolean
  readonly zeroPad: boolean
  readonly plus: boolean
  readonly space: boolean
  readonly alternate: boolean
  readonly width: number
  readonly precision: number | undefined
}

/** Text that stands for itself, as a byte string (`byte-string.ts`): one character a byte, literals encoded as UTF-8. */
export interface FormatText {
  readonly kind: 'text'
  readonly text: string
}

/** A whole format string, in order; adjacent texts are merged and `%%` is text. */
export type FormatString = readonly (FormatText | FormatConversion)[]
