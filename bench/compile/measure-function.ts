/**
 * Captures and compiles a TypeScript function again and again in a process of its own and prints what each time took, in
 * milliseconds, as JSON: `total` of the program, `capture` of reading the function through the inspector alone.
 * Usage: measure-function.ts ROUNDS
 */
import { captureFunctions } from '../../src/session/capture/capture-functions.ts'
import { buildProgram } from '../../src/session/program/build-object.ts'
import type { ProbeContext } from '../../src/session/program/context.ts'
import { u32, u64 } from '../../src/session/program/data-types.ts'
import { nsecs } from '../../src/session/program/intrinsics.ts'
import { array, hash } from '../../src/session/program/parts.ts'
import { uprobe } from '../../src/session/program/probes.ts'
import { createTypeSource } from '../../src/symbolize/type-source.ts'

const rounds = Number(process.argv[2] ?? 1)
const calls = array(u64, 1)
const since = hash(u32, u64)
const slow = array(u64, 1)
const limit = 1_000_000n
const body = (ctx: ProbeContext) => {
  calls.set(0, calls.get(0) + 1n)
  const before = since.get(ctx.tid)
  const now = nsecs()
  if (before !== undefined && now - before > limit) slow.set(0, now - before)
  since.set(ctx.tid, now)
}
const probe = uprobe('/bin/bash', 'readline', body)

const total: number[] = []
const capture: number[] = []
for (let round = 0; round < rounds; round++) {
  const start = performance.now()
  const types = createTypeSource()
  buildProgram({ calls, since, slow, probe }, types)
  types.close()
  const built = performance.now()
  captureFunctions([body])
  total.push(built - start)
  capture.push(performance.now() - built)
}
console.log(JSON.stringify({ total, capture }))
