/**
 * The words of the printed IR. A line is the unit: no token reaches over its end.
 */
import { FormatError } from '../../../base/errors.ts'

/** `value` is `%7`, `word` a name, a type or a label, `sign` one character of punctuation. */
export type TokenKind = 'value' | 'number' | 'word' | 'string' | 'sign'

/** Where something is in the text; both count from 1. */
export interface Place {
  readonly line: number
  readonly column: number
}

/** One token. */
export interface Token {
  readonly kind: TokenKind
  readonly text: string
  readonly place: Place
}

const TOKEN =
  /(?<value>%\d+)|(?<number>-?\d+)|(?<word>[A-Za-z_][\w.]*)|(?<string>"(?:[^"\\]|\\.)*")|(?<sign>[-+=:,()[\]{}])|(?<space>\s+)|(?<other>.)/gu

/** Cuts one line into tokens; its number counts from 1. Throws `FormatError`. */
export function tokenize(text: string, line: number): Token[] {
  const tokens: Token[] = []
  for (const match of text.matchAll(TOKEN)) {
    const kind = Object.entries(match.groups ?? {}).find(([, found]) => found !== undefined)?.[0]
    const place = { line, column: match.index + 1 }
    if (kind === 'other') throw malformed(place, `${match[0]} has no meaning here`)
    if (kind !== 'space') tokens.push({ kind: kind as TokenKind, text: match[0], place })
  }
  return tokens
}

/** The error for a mistake in printed IR. */
export function malformed({ line, column }: Place, problem: string): FormatError {
  return new FormatError('IR', `line ${line}, column ${column}: ${problem}`)
}
