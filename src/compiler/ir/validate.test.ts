import { describe, expect, it } from 'vitest'
import { FunctionBuilder } from './builder.ts'
import { constant, type Instruction, type Operand } from './ir.ts'
import { validateFunction } from './validate.ts'

/** Builds a function, lets `spoil` break it, and answers what the validator says. */
function complaint(build: (builder: FunctionBuilder) => void): string {
  const builder = new FunctionBuilder('f')
  build(builder)
  try {
    validateFunction(builder.function)
    return 'valid'
  } catch (error) {
    return (error as Error).message.replace('internal error: function f is not valid: ', '')
  }
}

const lookup = (builder: FunctionBuilder): Instruction => {
  const key = builder.stackSlot('key', 8)
  builder.store(key, builder.i64(0))
  return builder.call('map_lookup_elem', [builder.map('m'), key], 'ptr.map_value')
}
const reserve = (builder: FunctionBuilder): Instruction =>
  builder.call('ringbuf_reserve', [builder.map('events'), builder.i64(8), builder.i64(0)], 'ptr.record')

describe('validateFunction', () => {
  const cases: [string, (builder: FunctionBuilder) => void, string | RegExp][] = [
    ['takes a plain function', (b) => b.return(b.i64(0)), 'valid'],
    ['wants terminators', () => {}, /block entry\.1 has no terminator/],
    [
      'wants operands of one type',
      (b) => {
        const sum = b.binary('add', b.load('i64', b.context), b.i64(1)) as { left: Operand }
        sum.left = constant('i32', 1)
        b.return(b.i64(0))
      },
      /operands are i32 and i64, in "%3: i64 = add i32 1, i64 1"/,
    ],
    [
      'does not compute with i8',
      (b) => b.return(b.convert(b.binary('add', b.constant('i8', 1), b.constant('i8', 1)), 'i64', { signed: false })),
      /i8 is not computed with/,
    ],
    ['does not return i8', (b) => b.return(b.constant('i8', 1)), /result is i8/],
    [
      'wants definitions before uses',
      (b) => {
        const value = b.load('i64', b.context)
        b.return(value)
        b.current.instructions = []
      },
      /%2 is not in this function, in "return %2"/,
    ],
    [
      'wants definitions on every way',
      (b) => {
        const slot: Operand[] = []
        b.when(b.compare('eq', b.load('i64', b.context), b.i64(0)), () => void slot.push(b.load('i64', b.context, 8)))
        b.return(slot[0] as Operand)
      },
      /is not defined on every way to its use/,
    ],
    [
      'wants one value of a phi per predecessor',
      (b) => {
        b.when(b.compare('eq', b.load('i64', b.context), b.i64(0)), () => {})
        b.return(b.phi('i64', [{ block: b.function.blocks[1] as never, value: b.i64(1) }]))
      },
      /its blocks are not the predecessors/,
    ],
    [
      'wants stack slots in the entry',
      (b) => {
        b.stackSlot('x', 8)
        const next = b.block('next')
        b.jump(next)
        b.moveTo(next)
        b.return(b.i64(0))
        next.instructions.push(...(b.function.blocks[0]?.instructions.splice(0, 1) ?? []))
      },
      /a stack slot must stand in the entry block/,
    ],
    [
      'wants null checks',
      (b) => {
        b.return(b.load('i64', lookup(b)))
      },
      /a pointer that may be null is used without a check, in "%\d+: i64 = load/,
    ],
    [
      'sees null checks',
      (b) => {
        const entry = lookup(b)
        b.when(b.isNotNull(entry), () => b.store(entry, b.i64(1)))
        b.return(b.i64(0))
      },
      'valid',
    ],
    [
      'sees that a null check does not hold behind the join',
      (b) => {
        const entry = lookup(b)
        b.when(b.isNotNull(entry), () => {})
        b.store(entry, b.i64(1))
        b.return(b.i64(0))
      },
      /may be null/,
    ],
    [
      'wants reservations submitted',
      (b) => {
        const record = reserve(b)
        b.when(b.isNotNull(record), () => b.store(record, b.i64(1)))
        b.return(b.i64(0))
      },
      /neither submitted nor discarded/,
    ],
    [
      'wants reservations submitted once',
      (b) => {
        const record = reserve(b)
        b.when(b.isNotNull(record), () => {
          b.call('ringbuf_submit', [record, b.i64(0)], 'void')
          b.call('ringbuf_discard', [record, b.i64(0)], 'void')
        })
        b.return(b.i64(0))
      },
      /there is no open reservation, in "call ringbuf_discard/,
    ],
    [
      'takes reservations that are submitted or discarded',
      (b) => {
        const record = reserve(b)
        b.when(b.isNotNull(record), () => {
          const condition = b.compare('eq', b.load('i64', b.context), b.i64(0))
          b.when(
            condition,
            () => b.call('ringbuf_submit', [record, b.i64(0)], 'void'),
            () => b.call('ringbuf_discard', [record, b.i64(0)], 'void'),
          )
        })
        b.return(b.i64(0))
      },
      'valid',
    ],
    ['counts arguments', (b) => b.return(b.call('map_lookup_elem', [b.map('m')], 'i64')), /1 arguments, 2 wanted/],
    [
      'does not store pointers',
      (b) => {
        b.store(b.stackSlot('x', 8), b.context)
        b.return(b.i64(0))
      },
      /ptr\.context is not stored/,
    ],
  ]
  it.each(cases)('%s', (_name, build, expected) => {
    if (typeof expected === 'string') expect(complaint(build)).toBe(expected)
    else expect(complaint(build)).toMatch(expected)
  })
})
