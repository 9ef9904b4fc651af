/**
 * Random programs in assembly that the verifier accepts: arithmetic of every kind, accesses of the stack and of a map's value, atomics,
 * and jumps forward, as one function of five arguments for `conformance-program.ts`.
 */
import fc from 'fast-check'
import type { ConformanceCase } from './conformance-case.ts'

/** Bytes of the value `memory`, and of the stack that programs use. */
const MEMORY = 64

const register = fc.integer({ min: 0, max: 8 })
const signs = fc.constantFrom('+=', '-=', '*=', '/=', '%=', 's/=', 's%=', '|=', '&=', '^=', '=')
const shifts = fc.constantFrom('<<=', '>>=', 's>>=')
const conditions = fc.constantFrom('==', '!=', '>', '>=', '<', '<=', '&', 's>', 's>=', 's<', 's<=')
const widths = fc.constantFrom('r', 'w')
const immediate = fc.oneof(
  fc.integer({ min: -8, max: 8 }),
  fc.constantFrom(0x7fff_ffff, -0x8000_0000, 255, 0x10000),
  fc.integer({ min: -0x8000_0000, max: 0x7fff_ffff }),
)
const bytes = fc.constantFrom(1, 2, 4, 8)

const line: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.tuple(widths, register, signs, register).map(([w, dst, sign, src]) => `${w}${dst} ${sign} ${w}${src}`) },
  {
    weight: 3,
    // The verifier refuses a division by the immediate zero.
    arbitrary: fc
      .tuple(widths, register, signs, immediate)
      .map(([w, dst, sign, value]) => `${w}${dst} ${sign} ${/[/%]/.test(sign) && value === 0 ? 1 : value}`),
  },
  { weight: 2, arbitrary: fc.tuple(widths, register, shifts, register).map(([w, dst, sign, src]) => `${w}${dst} ${sign} ${w}${src}`) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(widths, register, shifts, fc.nat(63))
      .map(([w, dst, sign, count]) => `${w}${dst} ${sign} ${w === 'w' ? count % 32 : count}`),
  },
  fc.tuple(widths, register).map(([w, dst]) => `${w}${dst} = -${w}${dst}`),
  fc
    .tuple(register, fc.constantFrom('bswap', 'be', 'le'), fc.constantFrom(16, 32, 64))
    .map(([dst, how, bits]) => `r${dst} = ${how}${bits} r${dst}`),
  fc.tuple(register, fc.constantFrom(8, 16, 32), register).map(([dst, bits, src]) => `r${dst} = (s${bits})r${src}`),
  fc.tuple(register, fc.constantFrom(8, 16), register).map(([dst, bits, src]) => `w${dst} = (s${bits})w${src}`),
  fc.tuple(register, fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })).map(([dst, value]) => `r${dst} = 0x${value.toString(16)}`),
  { weight: 4, arbitrary: fc.tuple(register, bytes, fc.nat(MEMORY - 1), fc.boolean(), fc.boolean()).map(load) },
  { weight: 3, arbitrary: fc.tuple(register, bytes, fc.nat(MEMORY - 1), fc.boolean()).map(store) },
  fc
    .tuple(immediate, bytes, fc.nat(MEMORY - 1), fc.boolean())
    .map(([value, size, at, stack]) => `*(u${size * 8} *)${place(stack, at, size)} = ${value}`),
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('+=', '|=', '&=', '^='), register, fc.constantFrom(4, 8), fc.nat(MEMORY - 1), fc.boolean())
      .map(([sign, src, size, at, stack]) => `lock *(u${size * 8} *)${place(stack, at, size)} ${sign} ${size === 4 ? 'w' : 'r'}${src}`),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(
        fc.constantFrom('fetch_add', 'fetch_or', 'fetch_and', 'fetch_xor', 'xchg', 'cmpxchg'),
        register,
        fc.constantFrom(4, 8),
        fc.nat(MEMORY - 1),
        fc.boolean(),
      )
      .map(fetch),
  },
)

/** Aligned, so that atomics may go there. r9 is the value's address. */
function place(onStack: boolean, at: number, size: number): string {
  const aligned = at - (at % size)
  return onStack ? `(r10 -${MEMORY - aligned})` : `(r9 +${aligned})`
}

function load([dst, size, at, signed, stack]: readonly [number, number, number, boolean, boolean]): string {
  return `r${dst} = *(${signed && size < 8 ? 's' : 'u'}${size * 8} *)${place(stack, at, size)}`
}

function store([src, size, at, stack]: readonly [number, number, number, boolean]): string {
  return `*(u${size * 8} *)${place(stack, at, size)} = r${src}`
}

function fetch([operation, src, size, at, stack]: readonly [string, number, number, number, boolean]): string {
  const [width, bits] = size === 4 ? ['w', ''] : ['r', '64']
  const target = `(u${size * 8} *)${place(stack, at, size)}`
  return operation === 'cmpxchg'
    ? `${width}0 = atomic${bits}_cmpxchg(${target}, ${width}0, ${width}${src})`
    : `${width}${src} = atomic${bits}_${operation}(${target}, ${width}${src})`
}

/** A jump over the next lines. */
const jump = fc.record({
  test: fc.oneof(
    fc.tuple(widths, register, conditions, register).map(([w, a, condition, b]) => `${w}${a} ${condition} ${w}${b}`),
    fc.tuple(widths, register, conditions, immediate).map(([w, a, condition, b]) => `${w}${a} ${condition} ${b}`),
  ),
  over: fc.integer({ min: 0, max: 8 }),
})

const steps = fc.array(fc.oneof({ weight: 5, arbitrary: line }, { weight: 1, arbitrary: jump }), { minLength: 1, maxLength: 60 })

/** A program, and the arguments of its runs. */
export const arbitraryAssembly: fc.Arbitrary<{ readonly each: ConformanceCase; readonly args: readonly (readonly bigint[])[] }> = fc.record(
  {
    each: steps.map(caseOf),
    args: fc.array(
      fc.array(
        fc.oneof(fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }), fc.constantFrom(0n, 1n, 1n << 63n, (1n << 64n) - 1n, 0x8000_0000n)),
        {
          minLength: 5,
          maxLength: 5,
        },
      ),
      { minLength: 1, maxLength: 4 },
    ),
  },
)

function caseOf(body: readonly (string | { readonly test: string; readonly over: number })[]): ConformanceCase {
  const stack = Array.from({ length: MEMORY / 8 }, (_, i) => `*(u64 *)(r10 -${(i + 1) * 8}) = ${i - 3}`)
  const start = ['r9 = map[memory][0]+0', ...stack, 'r0 = 0', 'r6 = 6', 'r7 = -7', 'r8 = r1']
  const labels = new Map<number, string>()
  const lines = body.map((step, index) => {
    if (typeof step === 'string') return step
    const target = Math.min(body.length, index + 1 + step.over)
    labels.set(target, `l${target}`)
    return `if ${step.test} goto l${target}`
  })
  const labelled = lines.flatMap((text, index) => (labels.has(index) ? [`l${index}:`, text] : [text]))
  if (labels.has(body.length)) labelled.push(`l${body.length}:`)
  // Everything that is still there goes into the answer.
  const end = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((number) => ['r0 *= 31', `r0 ^= r${number}`])
  return {
    name: 'random',
    file: 'random',
    maps: [],
    memory: Uint8Array.from({ length: MEMORY }, (_, i) => i * 37 + 11),
    takesContext: false,
    vmOnly: undefined,
    code: `${[...start, ...labelled, ...end, 'exit'].join('\n')}\n`,
    tails: [],
    runs: [],
  }
}
