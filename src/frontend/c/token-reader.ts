/**
 * A place in a list of tokens.
 */
import type { Span } from '../../base/source-text.ts'
import { CProblem, type CToken } from './token.ts'

/** Reads tokens in order. */
export class TokenReader {
  readonly #tokens: readonly CToken[]
  #at = 0

  constructor(tokens: readonly CToken[]) {
    this.#tokens = tokens
  }

  get ended(): boolean {
    return this.#at >= this.#tokens.length
  }
  /** The token `ahead` places on; undefined behind the last. */
  peek(ahead = 0): CToken | undefined {
    return this.#tokens[this.#at + ahead]
  }
  next(): CToken {
    const token = this.#tokens[this.#at]
    if (token === undefined) throw this.problem('unexpected end of the C definitions')
    this.#at++
    return token
  }
  at(text: string): boolean {
    const token = this.peek()
    return token?.text === text && token.kind !== 'string'
  }
  accept(text: string): CToken | undefined {
    return this.at(text) ? this.next() : undefined
  }
  expect(text: string): CToken {
    return this.accept(text) ?? this.fail(`expected '${text}'`)
  }
  /** The name that must come next. */
  name(): string {
    return this.peek()?.kind === 'word' ? this.next().text : this.fail('expected a name')
  }
  /** Skips a group that begins here, to its closing mark. */
  skipGroup(): void {
    let depth = 0
    do {
      const { text, kind } = this.next()
      if (kind !== 'mark') continue
      if ('([{'.includes(text)) depth++
      if (')]}'.includes(text)) depth--
    } while (depth > 0)
  }
  fail(message: string): never {
    const found = this.peek()
    throw this.problem(found === undefined ? message : `${message}, found '${found.text}'`)
  }
  problem(message: string): CProblem {
    return new CProblem(this.span, message)
  }
  /** Where the next token is; behind the last, the last one. */
  get span(): Span {
    return (this.peek() ?? this.#tokens.at(-1))?.span ?? { start: 0, end: 0 }
  }
}
