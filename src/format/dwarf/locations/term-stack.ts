/**
 * The stack that a location expression is run on. It holds terms instead of numbers, and bounds how large they grow.
 */
import { FormatError } from '../../../base/errors.ts'
import { type BinaryOperator, combine, type Term } from './location.ts'

/** More operations, or deeper terms, are damage. */
export const MOST_OPERATIONS = 256
/** Why an expression of more than that has no location. */
export const TOO_COMPLICATED = 'its location is too complicated'

/** Thrown while an expression is run: the way out of one that has no location, with the reason. */
export class Unavailable extends Error {}

/** The stack of one expression. Its methods throw `FormatError` when they take more than it holds. */
export class TermStack {
  readonly #subject: string
  readonly #terms: Term[] = []
  /** Operations that a term was made by: `dup` and `plus` in turn would make 2^n of n. */
  readonly #sizes = new WeakMap<Term, number>()

  /** `subject` is the file that errors name. */
  constructor(subject: string) {
    this.#subject = subject
  }

  get isEmpty(): boolean {
    return this.#terms.length === 0
  }

  push(term: Term): void {
    this.#terms.push(term)
  }

  pop(): Term {
    return this.#terms.pop() ?? this.#fail()
  }

  /** Pushes the term `depth` below the top once more. */
  pick(depth: number): void {
    this.push(this.#terms.at(-1 - depth) ?? this.#fail())
  }

  /** The top one goes below the others of `count`. */
  rotate(count: number): void {
    const terms = Array.from({ length: count }, () => this.pop())
    const [top, ...others] = terms as [Term, ...Term[]]
    this.#terms.push(top, ...others.reverse())
  }

  /** The two terms on top become one. Throws `Unavailable` when that is too large. */
  combine(operator: BinaryOperator): void {
    const right = this.pop()
    const left = this.pop()
    const size = 1 + this.#sizeOf(left) + this.#sizeOf(right)
    if (size > MOST_OPERATIONS) throw new Unavailable(TOO_COMPLICATED)
    const result = combine(operator, left, right)
    this.#sizes.set(result, size)
    this.push(result)
  }

  /** The term on top becomes what memory holds there. */
  read(size: 1 | 2 | 4 | 8): void {
    const at = this.pop()
    const result: Term = { kind: 'read', at, size }
    this.#sizes.set(result, 1 + this.#sizeOf(at))
    this.push(result)
  }

  #sizeOf(term: Term): number {
    return this.#sizes.get(term) ?? 0
  }

  #fail(): never {
    throw new FormatError(this.#subject, 'a location expression takes more than it has')
  }
}
