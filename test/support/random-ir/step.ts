/**
 * The numbers that random functions of the IR are built from: steps, each an action with some choices, from fast-check, so that
 * counterexamples shrink.
 */
import fc from 'fast-check'

const SIMPLE = [
  ...([
    'binary',
    'binary',
    'binary',
    'binary',
    'constant',
    'compare',
    'convert',
    'set',
    'get',
    'block',
    'atomic',
    'lookup',
    'lookup',
  ] as const),
  ...(['binary', 'compare', 'convert', 'set', 'get', 'block', 'narrow', 'narrow', 'dynamic', 'dynamic', 'record', 'pressure'] as const),
]
const NESTED = ['when', 'when', 'loop', 'function', 'callback', 'iterate'] as const

/** What a step does: a row of the table in `random-ir.ts`. */
export type Action = (typeof SIMPLE)[number] | (typeof NESTED)[number]

/** One step of building. */
export interface Step {
  readonly action: Action
  readonly choice: number
  readonly a: number
  readonly b: number
  readonly wide: boolean
  readonly value: bigint
  readonly body: readonly Step[]
  readonly otherwise: readonly Step[]
}

const interesting = fc.oneof(
  fc.bigInt({ min: -4n, max: 4n }),
  fc.constantFrom(0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 1n << 63n, (1n << 63n) - 1n, 1n << 32n, 8n, 1000n),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
)

/** Values of 8 bytes in the map `in`. */
export const INPUTS = 8
/** Input values: small, at the edges, anywhere. */
export const arbitraryInputs = fc.array(interesting, { minLength: INPUTS, maxLength: INPUTS })

const choices = { choice: fc.nat(1000), a: fc.nat(1000), b: fc.nat(1000), wide: fc.boolean(), value: interesting }
const simple: fc.Arbitrary<Step> = fc.record({
  ...choices,
  action: fc.constantFrom<Action>(...SIMPLE),
  body: fc.constant([]),
  otherwise: fc.constant([]),
})
const nested: fc.Arbitrary<Step> = fc.record({
  ...choices,
  action: fc.constantFrom<Action>(...NESTED),
  body: fc.array(fc.oneof({ weight: 5, arbitrary: simple }), { maxLength: 6 }),
  otherwise: fc.array(simple, { maxLength: 4 }),
})
const deep: fc.Arbitrary<Step> = fc.record({
  ...choices,
  action: fc.constantFrom<Action>('when', 'loop', 'iterate'),
  body: fc.array(fc.oneof(simple, nested), { maxLength: 6 }),
  otherwise: fc.array(fc.oneof(simple, nested), { maxLength: 4 }),
})

/** Programs of some dozens of steps. */
export const arbitrarySteps = fc.array(
  fc.oneof({ weight: 6, arbitrary: simple }, { weight: 1, arbitrary: nested }, { weight: 1, arbitrary: deep }),
  { minLength: 4, maxLength: 30, size: 'max' },
)
