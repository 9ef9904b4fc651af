/**
 * Tokens of C, as far as declarations and preprocessor lines have them.
 */
import type { Span } from '../../base/source-text.ts'

/** One token. `span` is its place in the script, or for what a header or a macro says the place that asked for it. */
export interface CToken {
  readonly kind: 'word' | 'number' | 'string' | 'mark'
  readonly text: string
  readonly span: Span
  /** The first of its line. */
  readonly begins?: boolean
  /** Nothing but its neighbour stands in front of it. */
  readonly joined?: boolean
}

/** What is wrong with C text. */
export class CProblem extends Error {
  readonly span: Span

  constructor(span: Span, message: string) {
    super(message)
    this.span = span
  }
}

const MARKS = /\.\.\.|<<=|>>=|##|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^!~<>=?:;,.(){}[\]#@$`\\]/y
const WORD = /[A-Za-z_]\w*/y
const NUMBER = /\.?\d(?:[eEpP][-+]|[\w.])*/y
const QUOTED = /L?(?:"(?:[^"\\\n]|\\[\s\S])*"|'(?:[^'\\\n]|\\[\s\S])*')/y
const SPACE = /(?:[ \t\r\f\v]|\\\r?\n|\/\/(?:\\\r?\n|[^\n])*|\/\*[\s\S]*?\*\/)+/y

/** The tokens of C text. `place` tells the span of what stands from an offset to another. Throws `CProblem`. */
export function scanC(text: string, place: (start: number, end: number) => Span): CToken[] {
  const tokens: CToken[] = []
  let begins = true
  for (let at = 0; at < text.length; ) {
    const space = match(SPACE, text, at)
    if (space !== undefined) {
      // A comment of several lines begins none.
      at += space.length
      continue
    }
    if (text[at] === '\n') {
      begins = true
      at++
      continue
    }
    const [kind, word] = scanOne(text, at) ?? []
    if (kind === undefined || word === undefined) throw new CProblem(place(at, at + 1), `invalid character '${text[at]}' in C`)
    const joined = at > 0 && !/\s/.test(text[at - 1] ?? '')
    tokens.push({ kind, text: word, span: place(at, at + word.length), ...(begins ? { begins } : {}), ...(joined ? { joined } : {}) })
    begins = false
    at += word.length
  }
  return tokens
}

function scanOne(text: string, at: number): readonly [CToken['kind'], string] | undefined {
  const quoted = match(QUOTED, text, at)
  if (quoted !== undefined) return ['string', quoted]
  const word = match(WORD, text, at)
  if (word !== undefined) return ['word', word]
  const number = match(NUMBER, text, at)
  if (number !== undefined) return ['number', number]
  const mark = match(MARKS, text, at)
  return mark === undefined ? undefined : ['mark', mark]
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}
