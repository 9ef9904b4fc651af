/**
 * Programs of several functions on the kernel: calls, callbacks and iterators answer what the interpreter answers.
 */
import { expect, it } from 'vitest'
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { interpret } from '../support/ir-interpreter.ts'
import { needs } from '../support/needs.ts'
import { forEachSum, iteratorSum, loopSum, twoCalls } from '../support/programs-with-calls.ts'
import { withCompiled } from '../support/run-compiled.ts'

it.for<[string, () => IrFunction]>([
  ['two calls of one function', twoCalls],
  ['a callback of bpf_loop', loopSum],
  ['an iterator of the kernel', iteratorSum],
])('%s', ([, make], ctx) => {
  needs(ctx, 'root')
  const expected = interpret(make(), { context: new Uint8Array(64), maps: new Map() })
  expect(withCompiled(make(), {}, (_, run) => BigInt(run()))).toBe(expected)
})

it('a callback of bpf_for_each_map_elem reads keys and values', (ctx) => {
  needs(ctx, 'root')
  const numbers = { name: 'numbers', kind: 'hash', keySize: 8, valueSize: 8, maxEntries: 16 } as const
  const word = (value: number) => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)
  const answer = withCompiled(forEachSum(), { maps: [numbers] }, (object, run) => {
    for (const key of [1, 2, 3]) object.map('numbers').update(word(key), [word(10 * key)])
    return run()
  })
  expect(answer).toBe(10 + 40 + 90)
})
