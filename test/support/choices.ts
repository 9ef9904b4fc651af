/**
 * Choices that a generator of programs makes one after another. fast-check supplies them as a list of numbers, so that
 * a counterexample shrinks with the list: a list that has run out answers 0, which each generator makes its simplest choice.
 */
import fc from 'fast-check'

/** A source of choices. */
export interface Choices {
  /** An integer of 0 to `limit - 1`. */
  below(limit: number): number
  pick<T>(choices: readonly T[]): T
  /** True once in `often` times. */
  once(often: number): boolean
}

const LARGEST = 2 ** 16 - 1

/** Numbers of which each makes one choice. `length` is the most that are drawn. */
export function arbitraryChoices(length: number): fc.Arbitrary<Choices> {
  return fc.array(fc.nat(LARGEST), { minLength: length >> 3, maxLength: length, size: 'max' }).map((numbers) => choicesOf(numbers))
}

function choicesOf(numbers: readonly number[]): Choices {
  let next = 0
  const below = (limit: number) => (numbers[next++] ?? 0) % limit
  return {
    below,
    pick: (choices) => {
      if (choices.length === 0) throw new Error('nothing to choose from')
      return choices[below(choices.length)] as (typeof choices)[number]
    },
    once: (often) => below(often) === often - 1,
  }
}

/** One of some makers, each as often as its weight says; the first is the simplest. */
export function pickWeighted<T>(choices: Choices, rows: readonly (readonly [weight: number, value: T])[]): T {
  let at = choices.below(rows.reduce((sum, [weight]) => sum + weight, 0))
  for (const [weight, value] of rows) {
    if (at < weight) return value
    at -= weight
  }
  throw new Error('nothing to choose from')
}
