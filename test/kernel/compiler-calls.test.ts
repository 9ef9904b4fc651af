/**
 * Programs of several functions on the kernel: calls, callbacks and iterators answer what the interpreter answers.
 */
import { expect, it } from 'vitest'
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { interpret } from '../support/ir-interpreter.ts'
import { needs } from '../support/needs.ts'
import { twoCalls } from '../support/programs-with-calls.ts'
import { withCompiled } from '../support/run-compiled.ts'

it.for<[string, () => IrFunction]>([['two calls of one function', twoCalls]])('%s', ([, make], ctx) => {
  needs(ctx, 'root')
  const expected = interpret(make(), { context: new Uint8Array(64), maps: new Map() })
  expect(withCompiled(make(), {}, (_, run) => BigInt(run()))).toBe(expected)
})
