/**
 * Random functions that were wrong once, shrunk: what was wrong, and the steps that build each.
 */
import type { Action, Step } from './step.ts'

const step = (action: Action, more: Partial<Step> = {}): Step => ({
  ...{ action, choice: 0, a: 0, b: 0, wide: false, value: 0n, body: [], otherwise: [] },
  ...more,
})

/** Pairs of what was wrong and the steps. */
export const KEPT: readonly (readonly [string, readonly Step[]])[] = [
  [
    'an index of 0 or 1 whose range an iterator makes the verifier forget',
    [
      step('iterate', {
        body: [step('compare', { b: 583, value: 2147483647n }), step('iterate', { body: [step('dynamic', { b: 544 })] })],
      }),
      ...Array.from({ length: 4 }, () => step('binary')),
    ],
  ],
]
