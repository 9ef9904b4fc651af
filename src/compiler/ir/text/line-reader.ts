/**
 * Reads the tokens of one line of printed IR from left to right. What `%7` or a label stands for is asked of the scope.
 */
import {
  ADDRESS_SPACES,
  BITS,
  type Block,
  type Constant,
  constant,
  type IntegerType,
  type IrFunction,
  type IrType,
  isIntegerType,
  type Operand,
} from '../ir.ts'
import type { Scope } from './scope.ts'
import { malformed, type Place, type Token, type TokenKind } from './tokens.ts'

const TYPES: ReadonlySet<string> = new Set([...Object.keys(BITS), ...ADDRESS_SPACES.map((space) => `ptr.${space}`), 'void'])

/** A position in one line, which has at least one token. All methods throw `FormatError` when something else stands there. */
export class LineReader {
  readonly #tokens: readonly Token[]
  readonly #scope: Scope
  #at = 0

  constructor(tokens: readonly Token[], scope: Scope) {
    this.#tokens = tokens
    this.#scope = scope
  }

  /** The next token; undefined at the end of the line. */
  get next(): Token | undefined {
    return this.#tokens[this.#at]
  }
  /** Where the next token stands, or the end of the line. */
  get place(): Place {
    const { place, text } = this.#tokens.at(-1) as Token
    return this.next?.place ?? { line: place.line, column: place.column + text.length }
  }
  /** True at `entry.1:`. */
  isLabel(): boolean {
    return this.next?.kind === 'word' && this.#tokens[this.#at + 1]?.text === ':'
  }
  fail(expected: string): never {
    throw malformed(this.place, `${expected} expected, ${this.next?.text ?? 'the end of the line'} found`)
  }

  /** Skips a word or sign, if it comes next. */
  skip(text: string): boolean {
    if (this.next?.text !== text) return false
    this.#at++
    return true
  }
  expect(text: string): void {
    if (!this.skip(text)) this.fail(`"${text}"`)
  }
  expectEnd(): void {
    if (this.next !== undefined) this.fail('the end of the line')
  }
  /** Takes one token of a kind; `expected` is what to ask for when there is another. */
  take(kind: TokenKind, expected: string): string {
    const token = this.next
    if (token?.kind !== kind) this.fail(expected)
    this.#at++
    return token.text
  }
  oneOf<T extends string>(words: readonly T[], expected: string): T {
    return words.find((word) => this.skip(word)) ?? this.fail(expected)
  }

  number(): number {
    return Number(this.take('number', 'a number'))
  }
  quoted(): string {
    return JSON.parse(this.take('string', 'a name in quotes')) as string
  }
  /** The number of `%7`. */
  id(): number {
    return Number(this.take('value', 'a value').slice(1))
  }
  type(): IrType {
    return TYPES.has(this.next?.text ?? '') ? (this.take('word', 'a type') as IrType) : this.fail('a type')
  }
  block(): Block {
    const { place } = this
    return this.#scope.block(this.take('word', 'a block'), place)
  }
  function(): IrFunction {
    const { place } = this
    return this.#scope.function(this.take('word', 'the name of a function'), place)
  }
  /** `%7` or `i64 5`. */
  operand(): Operand {
    const { place } = this
    if (this.next?.kind === 'value') return this.#scope.operand(this.id(), place)
    if (!isIntegerType((this.next?.text ?? '') as IrType)) this.fail('a value, or a constant such as i64 5,')
    return this.#constant(this.type() as IntegerType)
  }
  /** As printed, which is signed except for i1. */
  #constant(type: IntegerType): Constant {
    const { place } = this
    const value = BigInt(this.take('number', 'a number'))
    const result = constant(type, value)
    const fits = type === 'i1' ? result.value === value : BigInt.asIntN(BITS[type], value) === value
    if (!fits) throw malformed(place, `${value} does not fit ${type}`)
    return result
  }
}
