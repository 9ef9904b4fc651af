/**
 * Parses format strings of `printf` (section 4.2 of the language reference) into `spec/format-string.ts`, and says which
 * types a conversion takes. Rendering is the writers'.
 */
import type { FormatConversion, FormatString, FormatText } from '../../spec/format-string.ts'

const SPECIFICATION = /%([-+ #0]*)(\d*|\*)(?:\.(\d+))?(hh|h|ll|l|j|z|t|L)?(rx|rh|gr|[A-Za-z%])/y
const BITS: Readonly<Record<string, FormatConversion['bits']>> = { hh: 8, h: 16, l: 64, ll: 64, j: 64, z: 64, t: 64 }
const SUPPORTED = 'diuoxXcps'
const NOT_YET = ['r', 'rx', 'rh', 'gr']

/** A parsed format string, or what is wrong with it. */
export type FormatResult =
  | { readonly format: FormatString }
  | { readonly problem: string; readonly code: 'bad-format' | 'not-supported-yet' }

/** Parses a format string. */
export function parseFormat(text: string): FormatResult {
  const parts: (FormatText | FormatConversion)[] = []
  let at = 0
  while (at < text.length) {
    const percent = text.indexOf('%', at)
    addText(parts, text.slice(at, percent === -1 ? undefined : percent))
    if (percent === -1) break
    SPECIFICATION.lastIndex = percent
    const match = SPECIFICATION.exec(text)
    if (match === null) return { problem: `invalid format specifier: ${text.slice(percent, percent + 4)}`, code: 'bad-format' }
    at = percent + match[0].length
    const letter = match[5] ?? ''
    if (letter === '%') {
      addText(parts, '%')
      continue
    }
    if (NOT_YET.includes(letter)) return { problem: `the format specifier %${letter} is not supported yet`, code: 'not-supported-yet' }
    if (!SUPPORTED.includes(letter)) return { problem: `unsupported format specifier: %${letter}`, code: 'bad-format' }
    parts.push(readConversion(match))
  }
  return { format: parts }
}

function readConversion([, flags = '', width = '', precision, length = '', conversion = '']: RegExpExecArray): FormatConversion {
  return {
    kind: 'conversion',
    conversion,
    bits: conversion === 'p' ? 64 : (BITS[length] ?? 32),
    leftAlign: flags.includes('-'),
    zeroPad: flags.includes('0'),
    plus: flags.includes('+'),
    space: flags.includes(' '),
    alternate: flags.includes('#'),
    width: width === '' || width === '*' ? 0 : Number(width),
    precision: precision === undefined ? undefined : Number(precision),
  }
}

function addText(parts: (FormatText | FormatConversion)[], text: string): void {
  if (text === '') return
  const last = parts.at(-1)
  if (last?.kind === 'text') parts[parts.length - 1] = { kind: 'text', text: last.text + text }
  else parts.push({ kind: 'text', text })
}
