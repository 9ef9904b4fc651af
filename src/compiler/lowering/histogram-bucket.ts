/**
 * The bucket that a value falls into: the formulas of sections 5.1 and 5.2 of the language reference.
 */
import { assert } from '../../base/assert.ts'
import { linearBucketCount } from '../../spec/histogram.ts'
import type { Aggregation } from '../../spec/map-spec.ts'
import type { FunctionBuilder } from '../ir/builder.ts'
import type { Operand } from '../ir/ir.ts'

/** The index (i64) of the bucket of a histogram. */
export function bucketOf(builder: FunctionBuilder, aggregation: Aggregation, value: Operand): Operand {
  if (aggregation.kind === 'hist') return logarithmicBucket(builder, value, aggregation.bits)
  assert(aggregation.kind === 'lhist', 'a histogram was expected')
  return linearBucket(builder, value, aggregation)
}

/** Negative: 0. Below 2^bits: one bucket a number. Above: 2^bits buckets a power of two. */
function logarithmicBucket(builder: FunctionBuilder, value: Operand, bits: number): Operand {
  const result = builder.stackSlot('bucket', 8)
  builder.store(result, builder.i64(0))
  builder.when(builder.compare('sge', value, builder.i64(0)), () => {
    builder.when(
      builder.compare('ult', value, builder.i64(1n << BigInt(bits))),
      () => builder.store(result, builder.binary('add', value, builder.i64(1))),
      () => builder.store(result, scaledBucket(builder, value, bits)),
    )
  })
  return builder.load('i64', result)
}

function scaledBucket(builder: FunctionBuilder, value: Operand, bits: number): Operand {
  const log = floorLog2(builder, value)
  const power = builder.binary('add', log, builder.i64(1 - bits))
  if (bits === 0) return builder.binary('add', power, builder.i64(1))
  const fraction = builder.binary(
    'and',
    builder.binary('lshr', value, builder.binary('sub', log, builder.i64(bits))),
    builder.i64((1 << bits) - 1),
  )
  const base = builder.binary('add', builder.binary('shl', power, builder.i64(bits)), fraction)
  return builder.binary('add', base, builder.i64(1))
}

/** The position of the highest bit of a number that is not 0, by halving: each step looks whether the upper half is empty. */
function floorLog2(builder: FunctionBuilder, value: Operand): Operand {
  const rest = builder.stackSlot('rest', 8)
  const log = builder.stackSlot('log', 8)
  builder.store(rest, value)
  builder.store(log, builder.i64(0))
  for (const step of [32, 16, 8, 4, 2, 1]) {
    const whole = builder.load('i64', rest)
    builder.when(builder.compare('uge', whole, builder.i64(1n << BigInt(step))), () => {
      builder.store(rest, builder.binary('lshr', whole, builder.i64(step)))
      builder.store(log, builder.binary('add', builder.load('i64', log), builder.i64(step)))
    })
  }
  return builder.load('i64', log)
}

function linearBucket(builder: FunctionBuilder, value: Operand, { min, max, step }: Extract<Aggregation, { kind: 'lhist' }>): Operand {
  const last = linearBucketCount({ min, max, step }) - 1
  const result = builder.stackSlot('bucket', 8)
  builder.store(result, builder.i64(0))
  builder.when(builder.compare('sge', value, builder.i64(min)), () => {
    builder.when(
      builder.compare('sgt', value, builder.i64(max)),
      () => builder.store(result, builder.i64(last)),
      () => {
        const steps = builder.binary('udiv', builder.binary('sub', value, builder.i64(min)), builder.i64(step))
        builder.store(result, builder.binary('add', steps, builder.i64(1)))
      },
    )
  })
  return builder.load('i64', result)
}
