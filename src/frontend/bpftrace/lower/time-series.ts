/**
 * Adds numbers to a time series: the intervals of time are numbered from the beginning of TAI, and each CPU has an entry for the
 * last `count` of them, at the number modulo `count`. @kernel 5.8
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { TAI_AHEAD_CONSTANT, type TimeSeries } from '../../../spec/map-spec.ts'
import type { Lowering } from './lowering.ts'

/** Where the parts of an entry are. */
const OFFSETS = { interval: 0, number: 8, second: 16 } as const

/** The interval of now. */
export interface Moment {
  /** Nanoseconds of TAI. */
  readonly now: Operand
  readonly interval: Operand
  /** The entry that it is in. */
  readonly bucket: Operand
}

/** What time it is to a series. */
export function momentOf({ builder }: Lowering, { intervalNs, count }: TimeSeries): Moment {
  const now = builder.binary('add', builder.call('ktime_get_boot_ns', []), builder.lateConstant(TAI_AHEAD_CONSTANT))
  const interval = builder.binary('udiv', now, builder.i64(intervalNs))
  return { now, interval, bucket: builder.binary('umod', interval, builder.i64(count)) }
}

/** Adds a number to the entry of now, which may still hold an interval that is past. */
export function addToSeries(
  lowering: Lowering,
  series: TimeSeries,
  { entry, value, moment }: { readonly entry: Operand; readonly value: Operand; readonly moment: Moment },
): void {
  const { builder } = lowering
  builder.when(builder.compare('ne', builder.load('i64', entry, OFFSETS.interval), moment.interval), () => {
    builder.store(entry, builder.i64(0), OFFSETS.number)
    builder.store(entry, builder.i64(0), OFFSETS.second)
    builder.store(entry, moment.interval, OFFSETS.interval)
  })
  const count = () => builder.atomic('add', entry, builder.i64(1), OFFSETS.second)
  switch (series.by) {
    case 'last':
      builder.store(entry, value, OFFSETS.number)
      builder.store(entry, moment.now, OFFSETS.second)
      return
    case 'sum':
    case 'avg':
      builder.atomic('add', entry, value, OFFSETS.number)
      count()
      return
    case 'min':
    case 'max': {
      const isFirst = builder.compare('eq', builder.load('i64', entry, OFFSETS.second), builder.i64(0))
      const isBetter = builder.compare(predicateOf(series.by, series.signed), value, builder.load('i64', entry, OFFSETS.number))
      builder.when(builder.binary('or', isFirst, isBetter), () => builder.store(entry, value, OFFSETS.number))
      count()
    }
  }
}

function predicateOf(by: 'min' | 'max', signed: boolean) {
  if (by === 'min') return signed ? 'slt' : 'ult'
  return signed ? 'sgt' : 'ugt'
}
