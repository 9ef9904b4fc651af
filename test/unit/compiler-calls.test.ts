/**
 * Programs of several functions: what they answer, by the interpreter before and after the passes, and what becomes of calls.
 */
import { describe, expect, it } from 'vitest'
import { compileProgram } from '../../src/compiler/compile-program.ts'
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import type { IrFunction } from '../../src/compiler/ir/ir.ts'
import { functionsOf } from '../../src/compiler/ir/program-functions.ts'
import { validateFunction } from '../../src/compiler/ir/validate.ts'
import { inlineCalls } from '../../src/compiler/passes/inline-calls.ts'
import { disassemble } from '../../src/format/asm/disassemble.ts'
import { interpret } from '../support/ir-interpreter.ts'
import { forEachSum, iteratorSum, largeSquare, loopSum, square, twoCalls } from '../support/programs-with-calls.ts'
import { compileForVm } from '../support/run-in-vm.ts'

const answer = (fn: IrFunction): bigint => interpret(fn, { context: new Uint8Array(64), maps: new Map() })
const compile = (fn: IrFunction) => compileProgram(fn, { lossMap: 'lost', onPass: (_, changed) => validateFunction(changed) })

describe('inlining', () => {
  it('takes in a function that is small, and one that is called once', () => {
    for (const callee of [square(), largeSquare()]) {
      const builder = new FunctionBuilder('main')
      builder.return(builder.callFunction(callee, [builder.i64(7)]))
      expect(answer(builder.function)).toBe(49n)
      expect(inlineCalls(builder.function)).toBe(true)
      expect(functionsOf(builder.function)).toEqual([builder.function])
      validateFunction(builder.function)
      expect(answer(builder.function)).toBe(49n)
    }
  })

  it('leaves a large function that is called twice, and a callback', () => {
    expect(inlineCalls(twoCalls())).toBe(false)
    expect(inlineCalls(loopSum())).toBe(false)
  })

  it('joins what several returns answer', () => {
    const callee = new FunctionBuilder('sign', ['i64'])
    callee.when(callee.compare('slt', callee.parameter(0), callee.i64(0)), () => callee.return(callee.i64(-1)))
    callee.return(callee.i64(1))
    const builder = new FunctionBuilder('main')
    const [minus, plus] = [-5, 5].map((value) => builder.callFunction(callee.function, [builder.i64(value)]))
    builder.return(builder.binary('sub', plus as never, minus as never))
    expect(inlineCalls(builder.function)).toBe(true)
    validateFunction(builder.function)
    expect(answer(builder.function)).toBe(2n)
  })
})

describe('programs of several functions', () => {
  it.each([
    ['two calls', twoCalls, 25n + 49n],
    ['bpf_loop', loopSum, 4950n],
    ['an iterator', iteratorSum, 4950n],
  ])('%s: the passes keep what is answered, and the machine answers it too', (_, make, expected) => {
    expect(answer(make())).toBe(expected)
    const fn = make()
    compile(fn)
    expect(answer(fn)).toBe(expected)
    expect(compileForVm(make()).run()).toBe(expected)
  })

  it('a callback is called for each entry of a map', () => {
    const numbers = { name: 'numbers', kind: 'hash', keySize: 8, valueSize: 8, maxEntries: 16 } as const
    const machine = compileForVm(forEachSum(), { maps: [numbers] })
    const word = (value: number) => new Uint8Array(BigUint64Array.of(BigInt(value)).buffer)
    for (const key of [1, 2, 3]) machine.map('numbers').update(word(key), [word(10 * key)])
    expect(machine.run()).toBe(140n)
  })

  it('are laid out behind each other, and calls hold distances', () => {
    const { instructions, functions } = compile(twoCalls())
    expect(functions).toEqual([
      { name: 'main', start: 0, parameterCount: 1 },
      { name: 'square', start: 7, parameterCount: 1 },
    ])
    expect(disassemble(instructions.slice(0, 7)).split('\n')).toEqual([
      '0: (b7) r1 = 5',
      '1: (85) call pc+5',
      '2: (bf) r6 = r0',
      '3: (b7) r1 = 7',
      '4: (85) call pc+2',
      expect.stringMatching(/^5: .* r. \+= r.$/),
      expect.stringContaining('exit'),
    ])
  })

  it('do not take more stack together than there is', () => {
    const callee = new FunctionBuilder('callee', ['i64'])
    callee.return(callee.call('get_current_comm', [callee.stackSlot('name', 300), callee.i64(300)]))
    const main = new FunctionBuilder('main')
    const name = main.stackSlot('name', 200)
    const failed = main.call('get_current_comm', [name, main.i64(200)])
    main.call('loop', [main.i64(1), main.functionReference(callee.function), main.i64(0), main.i64(0)])
    main.return(failed)
    expect(compile(main.function).maps.map((map) => map.name)).toEqual(['scratch_main'])
  })
})

describe('what is not valid', () => {
  it('recursion', () => {
    const fn = new FunctionBuilder('f', ['i64'])
    fn.return(fn.callFunction(fn.function, [fn.i64(1)]))
    expect(() => compile(fn.function)).toThrow('function f calls itself')
  })

  it('the wrong number of arguments, or the wrong type', () => {
    const wrong = (args: (builder: FunctionBuilder) => never[]) => {
      const builder = new FunctionBuilder('main')
      builder.return(builder.callFunction(square(), args(builder)))
      return () => validateFunction(builder.function)
    }
    expect(wrong(() => [])).toThrow('0 arguments, 1 parameters')
    expect(wrong((builder) => [builder.context] as never[])).toThrow('parameter 0 is i64, the argument ptr.context')
  })

  it('an iterator that is not destroyed, or used after it was', () => {
    const builder = new FunctionBuilder('main')
    const iterator = builder.stackSlot('iterator', 8)
    builder.callKfunc('bpf_iter_num_new', [iterator, builder.constant('i32', 0), builder.constant('i32', 9)], 'void')
    builder.return(builder.i64(0))
    expect(() => validateFunction(builder.function)).toThrow('an iterator is not destroyed')
    const other = new FunctionBuilder('main')
    other.callKfunc('bpf_iter_num_next', [other.stackSlot('iterator', 8)], 'ptr.memory')
    other.return(other.i64(0))
    expect(() => validateFunction(other.function)).toThrow('there is no open iterator')
  })
})
