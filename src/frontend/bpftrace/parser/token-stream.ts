/**
 * The parser's place in the text: one token of lookahead, free to be moved for speculation and for raw text.
 */
import type { Span } from '../../../base/source-text.ts'
import type { Block, Expression, IfStatement } from '../ast.ts'
import { scanToken, skipSpace } from '../lexer.ts'
import { SyntaxFailure } from '../syntax-error.ts'
import type { Keyword, Punctuation, Token } from '../token.ts'
import type { CDefinitions } from './c-definitions.ts'

/** Parsers of larger things, handed to those of smaller ones that may hold them. */
export interface Grammar {
  parseExpression(stream: TokenStream): Expression
  parseBlock(stream: TokenStream): Block
  parseIf(stream: TokenStream): IfStatement
}

/** Tokens of one text, in order. All methods throw `SyntaxFailure` at text that is no token. */
export class TokenStream {
  readonly text: string
  /** What names mean that the C part of the script defines. */
  definitions: CDefinitions | undefined
  /** Parses what stands in expressions and holds expressions again; where it is absent there is none of it. */
  grammar: Grammar | undefined
  #offset: number
  #ahead: Token | undefined
  #lastEnd: number

  constructor(text: string, offset = 0) {
    this.text = text
    this.#offset = offset
    this.#lastEnd = offset
  }

  /** Offset behind the last token taken; set it to go on elsewhere. */
  get offset(): number {
    return this.#offset
  }
  set offset(offset: number) {
    this.#offset = offset
    this.#lastEnd = offset
    this.#ahead = undefined
  }

  /** The next token, not taken. */
  peek(): Token {
    this.#ahead ??= scanToken(this.text, this.#offset)
    return this.#ahead
  }
  next(): Token {
    const token = this.peek()
    this.#ahead = undefined
    this.#offset = token.span.end
    this.#lastEnd = token.span.end
    return token
  }
  /** The token behind the next one. */
  peekSecond(): Token {
    return scanToken(this.text, this.peek().span.end)
  }
  /** True when the next token is this mark or keyword. */
  at(text: Punctuation | Keyword): boolean {
    const token = this.peek()
    return (token.kind === 'punctuation' || token.kind === 'keyword') && token.text === text
  }
  /** Takes the next token if it is this mark or keyword. */
  accept(text: Punctuation | Keyword): Token | undefined {
    return this.at(text) ? this.next() : undefined
  }
  expect(text: Punctuation | Keyword): Token {
    return this.accept(text) ?? this.fail(`expected '${text}'`)
  }
  /** Gives up at the next token. */
  fail(message: string): never {
    const token = this.peek()
    const found = token.kind === 'end' ? 'unexpected end of file, ' : ''
    throw new SyntaxFailure(token.span, `${found}${message}`)
  }
  /** From `start` to the end of the last token taken. */
  spanFrom(start: number): Span {
    return { start, end: this.#lastEnd }
  }
  /** Moves over white space and comments. */
  skipSpace(): void {
    this.offset = skipSpace(this.text, this.#offset)
  }
  /** Takes a bracketed group whole, from its opening mark to the matching closing one. */
  skipGroup(): Span {
    const open = this.next()
    let depth = 1
    while (depth > 0) {
      const token = this.next()
      if (token.kind === 'end') throw new SyntaxFailure(open.span, `unmatched '${open.text}'`)
      if (token.kind !== 'punctuation') continue
      if ('([{'.includes(token.text)) depth++
      else if (')]}'.includes(token.text)) depth--
    }
    return this.spanFrom(open.span.start)
  }
}
