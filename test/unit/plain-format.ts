/**
 * Format strings as data, for tests of the renderer alone. The parser that checks is the front-end's.
 */
import type { FormatConversion, FormatString } from '../../src/spec/format-string.ts'

const BITS: Readonly<Record<string, FormatConversion['bits']>> = { hh: 8, h: 16, '': 32 }

/** Parses a format that is known to be well-formed. */
export function parsePlainFormat(text: string): FormatString {
  const parts = text.matchAll(/%([-+ #0]*)(\d*)(?:\.(\d+))?(hh|h|ll|l|j|z|t)?([diuoxXcps])|((?:%%|[^%])+)/g)
  return [...parts].map(([, flags = '', width, precision, modifier = '', conversion = '', literal]) =>
    literal === undefined
      ? {
          kind: 'conversion',
          conversion,
          bits: conversion === 'p' ? 64 : (BITS[modifier] ?? 64),
          leftAlign: flags.includes('-'),
          zeroPad: flags.includes('0'),
          plus: flags.includes('+'),
          space: flags.includes(' '),
          alternate: flags.includes('#'),
          width: Number(width),
          precision: precision === undefined ? undefined : Number(precision),
        }
      : { kind: 'text', text: literal.replaceAll('%%', '%') },
  )
}
