/**
 * String literals (section 1.4 of the language reference). The value has one character (0..255) a byte; source text beyond
 * ASCII is UTF-8 in it.
 */
import { SyntaxFailure } from './syntax-error.ts'

const SIMPLE: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', '"': '"', '\\': '\\' }

/** Reads the literal whose opening quote is at `start` of `text`; answers its value and the offset behind it. */
export function scanString(text: string, start: number): { readonly value: string; readonly end: number } {
  let value = ''
  let at = start + 1
  for (;;) {
    const char = text[at]
    if (char === undefined || char === '\n') throw new SyntaxFailure({ start, end: at }, 'unterminated string')
    if (char === '"') return { value, end: at + 1 }
    if (char === '\\') {
      const escaped = scanEscape(text, at)
      value += escaped.value
      at = escaped.end
    } else {
      const length = (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1
      value += toByteString(text.slice(at, at + length))
      at += length
    }
  }
}

function scanEscape(text: string, at: number): { readonly value: string; readonly end: number } {
  const simple = SIMPLE[text[at + 1] ?? '']
  if (simple !== undefined) return { value: simple, end: at + 2 }
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1, at + 4))?.[0]
  if (octal !== undefined) {
    const code = Number.parseInt(octal, 8)
    if (code > 255) throw new SyntaxFailure({ start: at, end: at + 1 + octal.length }, `octal escape sequence out of range '\\${octal}'`)
    return { value: String.fromCharCode(code), end: at + 1 + octal.length }
  }
  const hex = /^x([0-9a-fA-F]{1,2})/.exec(text.slice(at + 1, at + 4))
  if (hex !== null) return { value: String.fromCharCode(Number.parseInt(hex[1] ?? '', 16)), end: at + 1 + hex[0].length }
  throw new SyntaxFailure({ start: at, end: at + 2 }, `invalid escape character '\\${text[at + 1] ?? ''}'`)
}

/** Text as UTF-8, one character a byte. */
function toByteString(text: string): string {
  return Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join('')
}

/** The text that a byte string is the UTF-8 of. */
export function fromByteString(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (char) => char.charCodeAt(0)))
}
