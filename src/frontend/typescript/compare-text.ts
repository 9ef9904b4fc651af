/**
 * Equality of text: a buffer with a literal, byte by byte up to the literal's NUL. Two buffers are not compared, because that
 * needs a loop over a length that is not known.
 */
import type { Operand } from '../../compiler/ir/ir.ts'
import { constant } from '../../compiler/ir/ir.ts'
import type { Lowering } from './lowering.ts'
import type { StringValue, Value } from './value.ts'

/** True (i1) when both are the same text; undefined when the two cannot be compared. */
export function equalText(cx: Lowering, a: Value, b: Value): Operand | undefined {
  if (a.kind === 'text' && b.kind === 'text') return constant('i1', a.text === b.text ? 1 : 0)
  if (a.kind === 'string' && b.kind === 'text') return equalLiteral(cx, a, b.text)
  if (a.kind === 'text' && b.kind === 'string') return equalLiteral(cx, b, a.text)
  return undefined
}

function equalLiteral(cx: Lowering, buffer: StringValue, text: string): Operand {
  const bytes = [...new TextEncoder().encode(text), 0]
  if (bytes.length > buffer.size || bytes.indexOf(0) < bytes.length - 1) return constant('i1', 0)
  const { builder } = cx
  const differences = bytes.map((byte, index) => {
    const found = builder.convert(builder.load('i8', buffer.pointer, index), 'i64', { signed: false })
    return builder.binary('xor', found, builder.i64(byte))
  })
  const all = differences.reduce((left, right) => builder.binary('or', left, right))
  return builder.compare('eq', all, builder.i64(0))
}
