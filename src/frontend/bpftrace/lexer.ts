/**
 * The lexer: one token at a time from an offset, so that the parser can go back and can read attach points as raw text.
 * Tokens are section 1.2 of the language reference.
 */
import { parseIntegerLiteral } from './integer-literal.ts'
import { scanString } from './string-literal.ts'
import { SyntaxFailure } from './syntax-error.ts'
import { isKeyword, PUNCTUATION, type Punctuation, type Token } from './token.ts'

const WORD = /[A-Za-z_][A-Za-z0-9_]*/y
const NUMBER = /[0-9][0-9A-Za-z_]*/y
const VARIABLE = /\$[A-Za-z_][A-Za-z0-9_]*/y
const POSITIONAL = /\$[1-9][0-9]*/y
const MAP = /@[A-Za-z_]?[A-Za-z0-9_]*/y
const SPACE = /[ \t\r\n\f\v]+/y

/** The offset behind white space and comments. Throws `SyntaxFailure` for a comment without end. */
export function skipSpace(text: string, from: number): number {
  let at = from
  for (;;) {
    const space = match(SPACE, text, at)
    if (space !== undefined) {
      at += space.length
    } else if (text.startsWith('//', at)) {
      const end = text.indexOf('\n', at)
      at = end === -1 ? text.length : end
    } else if (text.startsWith('/*', at)) {
      const end = text.indexOf('*/', at + 2)
      if (end === -1) throw new SyntaxFailure({ start: at, end: at + 2 }, 'end of file during comment')
      at = end + 2
    } else {
      return at
    }
  }
}

/** The token at or behind `from`. Throws `SyntaxFailure`. */
export function scanToken(text: string, from: number): Token {
  const start = skipSpace(text, from)
  if (start >= text.length) return { kind: 'end', text: '', span: { start: text.length, end: text.length } }
  return scanWord(text, start) ?? scanNumber(text, start) ?? scanSigil(text, start) ?? scanQuoted(text, start) ?? scanMark(text, start)
}

function scanWord(text: string, start: number): Token | undefined {
  const word = match(WORD, text, start)
  if (word === undefined) return undefined
  const span = { start, end: start + word.length }
  return isKeyword(word) ? { kind: 'keyword', text: word, span } : { kind: 'identifier', text: word, span }
}

function scanNumber(text: string, start: number): Token | undefined {
  const number = match(NUMBER, text, start)
  if (number === undefined) return undefined
  const span = { start, end: start + number.length }
  const literal = parseIntegerLiteral(number)
  if ('problem' in literal) throw new SyntaxFailure(span, literal.problem)
  return { kind: 'integer', text: number, value: literal.value, span }
}

function scanSigil(text: string, start: number): Token | undefined {
  const end = (word: string) => ({ start, end: start + word.length })
  const variable = match(VARIABLE, text, start)
  if (variable !== undefined) return { kind: 'variable', text: variable, span: end(variable) }
  const positional = match(POSITIONAL, text, start)
  if (positional !== undefined) return { kind: 'positional', text: positional, index: Number(positional.slice(1)), span: end(positional) }
  if (text.startsWith('$#', start)) return { kind: 'positional-count', text: '$#', span: end('$#') }
  const map = match(MAP, text, start)
  return map === undefined ? undefined : { kind: 'map', text: map, span: end(map) }
}

function scanQuoted(text: string, start: number): Token | undefined {
  if (text[start] !== '"') return undefined
  const { value, end } = scanString(text, start)
  return { kind: 'string', text: value, span: { start, end } }
}

function scanMark(text: string, start: number): Token {
  const mark: Punctuation | undefined = PUNCTUATION.find((candidate) => text.startsWith(candidate, start))
  if (mark === undefined) throw new SyntaxFailure({ start, end: start + 1 }, `invalid character '${text[start]}'`)
  return { kind: 'punctuation', text: mark, span: { start, end: start + mark.length } }
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
