/**
 * Parses format strings of `printf` (section 4.2 of the language reference) into `spec/format-string.ts`, and says which
 * types a conversion takes. Rendering is the writers'.
 */
import type { FormatConversion, FormatString, FormatText } from '../../spec/format-string.ts'

const SPECIFICATION = /%([-+ #0]*)(\d*|\*)(?:\.(\d+))?(hh|h|ll|l|j|z|t|L)?(rx|rh|gr|[A-Za-z%])/y
const BITS: Readonly<Record<string, FormatConversion['bits']>> = { hh: 8, h: 16, l: 64, ll: 64, j: 64, z: 64, t: 64 }
const SUPPORTED = ['d', 'i', 'u', 'o', 'x', 'X', 'c', 'p', 's', 'r', 'rx', 'rh', 'gr']
/** Numbers with a fraction, and what printf(3) has besides: there is nothing in the language that they could show. */
const RECOGNIZED = /^[aAeEfFgGn]$/

/** A parsed format string, or what is wrong with it. */
export type FormatResult = { readonly format: FormatString } | { readonly problem: string }

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
    const letter = match?.[5] ?? ''
    if (match === null || !(letter === '%' || RECOGNIZED.test(letter) || SUPPORTED.includes(letter))) {
      // What is no conversion stands for itself.
      addText(parts, '%')
      at = percent + 1
      continue
    }
    at = percent + match[0].length
    if (letter === '%') {
      addText(parts, '%')
      continue
    }
    if (RECOGNIZED.test(letter)) return { problem: `unsupported format specifier: ${letter}` }
    parts.push(readConversion(match))
  }
  return { format: parts }
}

function readConversion([, flags = '', width = '', precision, length = '', conversion = '']: RegExpExecArray): FormatConversion {
  return {
    kind: 'conversion',
    conversion,
    bits: conversion === 'p' || conversion === 'gr' ? 64 : (BITS[length] ?? 32),
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
