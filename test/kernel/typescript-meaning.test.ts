/**
 * Random functions on the real kernel: what they store there is what they store as plain JavaScript; and the verifier
 * accepts whatever the compiler accepts.
 */
import { array, ProgramError, simulate, trace, u64, uprobe } from 'borescope'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'
import { big, inputs, num, REFUSALS, statement } from '../support/random-probes.ts'
import { useRunningTarget } from '../support/running-target.ts'
import { numberOfRuns } from '../support/runs.ts'

const RUNS = numberOfRuns({ short: 25, long: 500 })

const target = useRunningTarget('no-pie')
let compiled = 0

/** A program whose probe has this body; `input` holds what the variables begin with. */
function programOf(body: string) {
  const input = array(u64, 5)
  const out = array(u64, 1)
  const text = `return () => {
    let x = input.get(0)
    const y = input.get(1)
    let z = BigInt.asIntN(64, input.get(2))
    let p = Number(BigInt.asIntN(32, input.get(3)))
    const q = Number(BigInt.asUintN(8, input.get(4)))
    ${body.replaceAll('ctx.arg(', 'input.get(')}
  }`
  const probe = uprobe(target.path, 'work', new Function('input', 'out', text)(input, out))
  return { input, out, probe }
}

async function onKernel(program: ReturnType<typeof programOf>, values: readonly bigint[]): Promise<bigint | undefined> {
  const session = await trace(program).catch((error: unknown) => {
    if (!(error instanceof ProgramError)) throw error
    for (const { code } of error.diagnostics) expect(REFUSALS).toContain(code)
    return undefined
  })
  if (session === undefined) return undefined
  compiled++
  for (const [index, value] of values.entries()) session.input.set(index, value)
  await target.rounds(1)
  const result = session.out.get(0)
  await session.close()
  return result
}

/** Undefined when JavaScript throws. */
function inJavaScript(body: string, values: readonly bigint[]): bigint | undefined {
  const simulation = simulate(programOf(body))
  for (const [index, value] of values.entries()) simulation.set('input', index, value)
  try {
    simulation.fire('probe')
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
  return simulation.get('out', 0) as bigint
}

async function agree(body: string, values: readonly bigint[]): Promise<void> {
  const found = await onKernel(programOf(body), values)
  if (found !== undefined) expect(found, body).toBe(inJavaScript(body, values))
}

describe('in the kernel as in JavaScript', { timeout: 600_000 }, () => {
  it('bigint expressions', async (context) => {
    needs(context, 'root')
    await fc.assert(
      fc.asyncProperty(big, inputs, (expression, values) => agree(`out.set(0, ${expression})`, values)),
      { numRuns: RUNS },
    )
  })
  it('number expressions', async (context) => {
    needs(context, 'root')
    await fc.assert(
      fc.asyncProperty(num, inputs, (expression, values) => agree(`out.set(0, BigInt(${expression}))`, values)),
      { numRuns: RUNS },
    )
  })
  it('programs', async (context) => {
    needs(context, 'root')
    const statements = fc.array(statement, { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(statements, inputs, (lines, values) =>
        agree(`${lines.join('\n')}\nout.set(0, BigInt.asUintN(64, x ^ z) ^ BigInt(p))`, values),
      ),
      { numRuns: RUNS },
    )
  })
  it('most of them compile', (context) => {
    needs(context, 'root')
    expect(compiled).toBeGreaterThan(RUNS)
  })
})
