/**
 * Every pass keeps a function valid and its meaning: random functions give the same results before and after, in the
 * interpreter. What each pass achieves is shown by cases.
 */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { interpret, type Pointer } from '../../../test/support/ir-interpreter.ts'
import { arbitraryInputs, arbitrarySteps, buildFunction, OUTPUTS, TABLE } from '../../../test/support/random-ir.ts'
import { FunctionBuilder } from '../ir/builder.ts'
import type { BinaryOperator, IrFunction, Operand } from '../ir/ir.ts'
import { printFunction } from '../ir/print.ts'
import { validateFunction } from '../ir/validate.ts'
import { removeDeadCode } from './dead-code.ts'
import { fold } from './fold.ts'
import { lowerSignedDivision } from './lower-signed-division.ts'
import type { Pass } from './pass.ts'
import { FINAL_PASSES, INITIAL_PASSES, REPEATED_PASSES } from './pass-list.ts'
import { placeLargeSlots } from './place-large-slots.ts'
import { promoteSlots } from './promote-slots.ts'
import { shareExpressions } from './share-expressions.ts'
import { shareSlots } from './share-slots.ts'
import { simplifyBranches } from './simplify-branches.ts'

/** What a random function leaves in memory. */
function resultOf(fn: IrFunction, inputs: readonly bigint[]): bigint[] {
  const out = new Uint8Array(OUTPUTS * 8)
  const entries = new Uint8Array(TABLE * 8)
  const scratch = new Uint8Array(32_768)
  const maps = new Map([
    ['in', new Uint8Array(BigUint64Array.from(inputs.map((value) => BigInt.asUintN(64, value))).buffer)],
    ['out', out],
    ['lost', new Uint8Array(8)],
  ])
  const call = (_helper: string, [map, key]: readonly unknown[]): Pointer | null => {
    if (map === 'scratch') return { memory: scratch, at: 0 }
    const { memory, at } = key as Pointer
    const index = new DataView(memory.buffer).getUint32(at, true)
    return index < TABLE ? { memory: entries, at: index * 8 } : null
  }
  interpret(fn, { context: new Uint8Array(8), maps, call })
  return [...new BigUint64Array(out.buffer), ...new BigUint64Array(entries.buffer)]
}

const place: Pass = {
  name: 'place-large-slots',
  run: (fn) => placeLargeSlots(fn, { map: 'scratch', room: 40, lossMap: 'lost' }) !== undefined,
}
const PASSES = [...new Set([...INITIAL_PASSES, ...REPEATED_PASSES, ...FINAL_PASSES, place])]

describe('meaning is kept', () => {
  it.each(PASSES.map((pass) => [pass.name, pass] as const))('by %s alone', (_name, pass) => {
    fc.assert(
      fc.property(arbitrarySteps, arbitraryInputs, (steps, inputs) => {
        const fn = buildFunction(steps)
        pass.run(fn)
        validateFunction(fn)
        expect(resultOf(fn, inputs)).toEqual(resultOf(buildFunction(steps), inputs))
      }),
      { numRuns: 25 },
    )
  })
  it('by passes in any order', () => {
    fc.assert(
      fc.property(
        arbitrarySteps,
        arbitraryInputs,
        fc.array(fc.nat(PASSES.length - 2), { minLength: 2, maxLength: 8 }),
        (steps, inputs, order) => {
          const fn = buildFunction(steps)
          for (const index of order) PASSES[index]?.run(fn)
          validateFunction(fn)
          expect(resultOf(fn, inputs)).toEqual(resultOf(buildFunction(steps), inputs))
        },
      ),
      { numRuns: 50 },
    )
  })
})

/** The body lines after some passes, without the frame of the function. */
function linesAfter(passes: readonly Pass[], build: (builder: FunctionBuilder) => void): string[] {
  const builder = new FunctionBuilder('f')
  build(builder)
  for (const pass of passes) pass.run(builder.function)
  validateFunction(builder.function)
  return printFunction(builder.function).split('\n').slice(2, -1)
}

describe('fold', () => {
  const cases: [string, BinaryOperator, bigint, string][] = [
    ['x + 0', 'add', 0n, '%2'],
    ['x * 1', 'mul', 1n, '%2'],
    ['x * 0', 'mul', 0n, 'i64 0'],
    ['x * 8', 'mul', 8n, 'shl %2, i64 3'],
    ['x / 16', 'udiv', 16n, 'lshr %2, i64 4'],
    ['x % 16', 'umod', 16n, 'and %2, i64 15'],
    ['x % 1', 'umod', 1n, 'i64 0'],
    ['x / 0', 'udiv', 0n, 'i64 0'],
    ['x % 0', 'umod', 0n, '%2'],
    ['x & -1', 'and', -1n, '%2'],
    ['x | -1', 'or', -1n, 'i64 -1'],
    ['x - 5', 'sub', 5n, 'add %2, i64 -5'],
    ['x << 64', 'shl', 64n, '%2'],
  ]
  it.each(cases)('%s', (_name, operator, right, expected) => {
    const lines = linesAfter([fold, removeDeadCode], (b) => b.return(b.binary(operator, b.load('i64', b.context), b.i64(right))))
    expect(lines.length === 3 ? lines[1]?.split(' = ')[1] : lines.at(-1)?.replace('  return ', '')).toBe(expected)
  })
  it('joins chains of constants', () => {
    const lines = linesAfter([fold, fold, removeDeadCode], (b) =>
      b.return(b.binary('sub', b.binary('add', b.load('i64', b.context), b.i64(7)), b.i64(3))),
    )
    expect(lines[1]).toMatch(/add %2, i64 4$/)
  })
  it('puts constant offsets into the access', () => {
    const lines = linesAfter([fold, fold, removeDeadCode], (b) => b.return(b.load('i64', b.at(b.at(b.mapValue('m'), 8), 16), 4)))
    expect(lines.slice(0, 2)).toEqual([expect.stringMatching(/map_value "m", 24$/), expect.stringMatching(/load \[%\d+ \+ 4\]$/)])
  })
})

describe('other passes', () => {
  const variable = (b: FunctionBuilder) => {
    const x = b.stackSlot('x', 8)
    b.store(x, b.i64(1))
    b.when(b.compare('eq', b.load('i64', b.context), b.i64(0)), () => b.store(x, b.i64(2)))
    b.return(b.load('i64', x))
  }
  it('promote-slots makes phis', () => {
    const lines = linesAfter([promoteSlots], variable)
    expect(
      lines.some((line) => /phi \[entry\.1: i64 1\], \[then\.\d+: i64 2\]|phi \[then\.\d+: i64 2\], \[entry\.1: i64 1\]/.test(line)),
    ).toBe(true)
    expect(lines.join()).not.toContain('store')
  })
  it('promote-slots takes fields of a zeroed struct apart', () => {
    const lines = linesAfter([promoteSlots, fold, fold, removeDeadCode], (b) => {
      const pair = b.stackSlot('pair', 16)
      b.zero(pair, 16)
      b.store(pair, b.load('i64', b.context), 8)
      b.return(b.binary('add', b.load('i64', pair), b.load('i64', b.at(pair, 8))))
    })
    expect(lines).toEqual([expect.stringMatching(/load/), expect.stringMatching(/return/)])
  })
  it('promote-slots leaves slots alone whose address is handed out', () => {
    const lines = linesAfter([promoteSlots], (b) => {
      const key = b.stackSlot('key', 8)
      b.store(key, b.i64(1))
      b.call('map_delete_elem', [b.map('m'), key])
      b.return(b.load('i64', key))
    })
    expect(lines.filter((line) => /store|load/.test(line))).toHaveLength(2)
  })
  it('dead-code drops writes that nobody reads, and queries', () => {
    const lines = linesAfter([removeDeadCode], (b) => {
      const slot = b.stackSlot('x', 24)
      b.zero(slot, 24)
      b.store(slot, b.call('ktime_get_ns', []), 8)
      b.return(b.i64(0))
    })
    expect(lines).toEqual(['  return i64 0'])
  })
  it('share-expressions reads a register of the context once, and memory each time', () => {
    const lines = linesAfter([shareExpressions], (b) => {
      const sum = (pointer: Operand) => b.binary('add', b.load('i64', pointer, 8), b.load('i64', pointer, 8))
      b.return(b.binary('add', sum(b.context), sum(b.mapValue('m'))))
    })
    expect(lines.filter((line) => line.includes('load'))).toHaveLength(3)
  })
  it('simplify-branches leaves one block where all is decided', () => {
    const lines = linesAfter([simplifyBranches, simplifyBranches], (b) => {
      b.when(
        b.constant('i1', 1),
        () => b.store(b.mapValue('m'), b.i64(1)),
        () => b.store(b.mapValue('m'), b.i64(2)),
      )
      b.return(b.i64(0))
    })
    expect(lines.filter((line) => line.endsWith(':'))).toEqual([])
    expect(lines.filter((line) => line.includes('store'))).toEqual([expect.stringContaining('i64 1')])
  })
  it('lower-signed-division leaves no signed division', () => {
    const lines = linesAfter([lowerSignedDivision], (b) =>
      b.return(b.binary('sdiv', b.load('i64', b.context), b.load('i64', b.context, 8))),
    )
    expect(lines.join()).not.toMatch(/sdiv|smod/)
  })
  it('share-slots keeps apart what is in use together, in loops too', () => {
    const keys = (b: FunctionBuilder, inLoop: 'loop' | 'line') => {
      const [first, second] = [b.stackSlot('first', 8), b.stackSlot('second', 8)]
      const [head, done] = [b.block('head'), b.block('done')]
      b.store(first, b.i64(0))
      b.jump(head)
      b.moveTo(head)
      b.call('map_delete_elem', [b.map('m'), first])
      b.store(second, b.i64(1))
      b.call('map_delete_elem', [b.map('m'), second])
      if (inLoop === 'loop') b.branch(b.compare('eq', b.call('ktime_get_ns', []), b.i64(0)), head, done)
      else b.jump(done)
      b.moveTo(done)
      b.return(b.i64(0))
    }
    const slots = (lines: readonly string[]) => lines.filter((line) => line.includes('stack_slot')).length
    expect(slots(linesAfter([shareSlots], (b) => keys(b, 'line')))).toBe(1)
    expect(slots(linesAfter([shareSlots], (b) => keys(b, 'loop')))).toBe(2)
  })
})
