/**
 * Texts and other bytes as a run of memory that a program can walk over: what the functions on strings work with.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { emitNumberLoop } from '../../../compiler/lowering/number-loop.ts'
import { sizeOf } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import type { Lowering } from './lowering.ts'
import { readString } from './memory.ts'
import { materialize } from './store.ts'
import type { Place } from './value.ts'

/** Bytes in memory of the program, and how many there are at most. */
export interface Run {
  readonly place: Place
  readonly size: number
}

/** The bytes of a value; of a pointer, the text that it points to, `max_strlen` characters of it at most. */
export function lowerRun(lowering: Lowering, expression: Expression): Run {
  const type = lowering.typeOf(expression)
  const value = lowering.lower(expression)
  if (type.kind !== 'pointer') return { place: materialize(lowering, value, type), size: runSize(lowering, expression) }
  const size = runSize(lowering, expression)
  const address = value.kind === 'integer' ? value.operand : lowering.builder.i64(0)
  const text = readString(lowering, { address, space: type.space, size, length: undefined })
  return { place: materialize(lowering, text, { kind: 'string', size }), size }
}

/** Bytes that such a run has at most. */
export function runSize(lowering: Lowering, expression: Expression): number {
  const type = lowering.typeOf(expression)
  return type.kind === 'pointer' ? lowering.config.maxStringLength : sizeOf(type)
}

/** A round of a walk over bytes: where it is (i64), and the jumps that go on and leave. */
interface ByteRound {
  readonly index: Operand
  readonly next: () => void
  readonly stop: () => void
}

/** Runs `body` for each of `most` bytes, by an iterator of the kernel; the verifier sees that no index is larger. @kernel 6.4 */
export function walkBytes({ builder }: Lowering, most: number, body: (round: ByteRound) => void): void {
  const range = { from: builder.constant('i32', 0), to: builder.constant('i32', most) }
  emitNumberLoop(builder, range, ({ index: number, next, done }) => {
    const index = builder.convert(number, 'i64', { signed: false })
    builder.when(builder.compare('uge', index, builder.i64(most)), () => builder.jump(done))
    body({ index, next: () => builder.jump(next), stop: () => builder.jump(done) })
  })
}

/** The byte (i64) at an index (i64, unsigned) that the caller has held against the size. */
export function byteAt({ builder }: Lowering, { pointer, offset }: Place, index: Operand): Operand {
  return builder.convert(builder.load('i8', builder.offsetPointer(pointer, index), offset), 'i64', { signed: false })
}
