/**
 * The promise of this front-end: a function means in the kernel what it means in JavaScript. Random expressions and small
 * programs are lowered and interpreted, and run as JavaScript; the two agree, or the compiler refused.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret } from '../../../test/support/ir-interpreter.ts'
import { contextOf, lowerText } from '../../../test/support/probe-functions.ts'
import { big, inputs, num, REFUSALS, statement } from '../../../test/support/random-probes.ts'
import { numberOfRuns } from '../../../test/support/runs.ts'
import { validateFunction } from '../../compiler/ir/validate.ts'

const SHORT = 700
const RUNS = numberOfRuns({ short: SHORT, long: 20_000 })

const PROLOGUE = `
  let x = ctx.arg(0)
  const y = ctx.arg(1)
  let z = BigInt.asIntN(64, ctx.arg(2))
  let p = Number(BigInt.asIntN(32, ctx.arg(3)))
  const q = Number(BigInt.asUintN(8, ctx.arg(4)))`

let compiled = 0
let refused = 0

/** Runs both ways; undefined when the compiler refused. */
function runCompiled(text: string, args: readonly bigint[]): bigint | undefined {
  const { fn, diagnostics } = lowerText(text)
  if (fn === undefined) {
    refused++
    for (const { code, message } of diagnostics) expect(REFUSALS, `${code}: ${message}\n${text}`).toContain(code)
    return undefined
  }
  compiled++
  validateFunction(fn)
  const out = new Uint8Array(8)
  interpret(fn, { context: contextOf(args), maps: new Map([['out', out]]) })
  return new DataView(out.buffer).getBigUint64(0, true)
}
/** Undefined when JavaScript throws: then the compiler must have refused. */
function runJavaScript(text: string, args: readonly bigint[]): bigint | undefined {
  let result = 0n
  const out = {
    set: (_: number, value: bigint) => {
      result = BigInt.asUintN(64, value)
    },
  }
  const fn = new Function('out', `return (${text})`)(out) as (ctx: object) => void
  try {
    fn({ arg: (index: number) => args[index] })
    return result
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}
function agree(text: string, args: readonly bigint[]): void {
  const expected = runJavaScript(text, args)
  const found = runCompiled(text, args)
  if (found !== undefined) expect(found, text).toBe(expected)
}

describe('compiled = JavaScript', { timeout: 600_000 }, () => {
  it('for random bigint expressions', () => {
    fc.assert(
      fc.property(big, inputs, (expression, args) => agree(`(ctx) => {${PROLOGUE}\n  out.set(0, ${expression})\n}`, args)),
      { numRuns: RUNS },
    )
  })
  it('for random number expressions', () => {
    fc.assert(
      fc.property(num, inputs, (expression, args) => agree(`(ctx) => {${PROLOGUE}\n  out.set(0, BigInt(${expression}))\n}`, args)),
      { numRuns: RUNS },
    )
  })
  it('for random programs', () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 5 }), inputs, (statements, args) => {
        const body = statements.map((text) => `\n  ${text}`).join('')
        agree(`(ctx) => {${PROLOGUE}${body}\n  out.set(0, BigInt.asUintN(64, x ^ z) ^ BigInt(p))\n}`, args)
      }),
      { numRuns: RUNS },
    )
  })
  it('and refuses only a part of them', () => {
    expect(compiled, `${refused} were refused`).toBeGreaterThan(refused)
    if (RUNS > SHORT) console.log({ compiled, refused })
  })
})
