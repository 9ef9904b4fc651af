/**
 * Equality of text: a buffer with a literal, byte by byte up to the literal's NUL; two buffers word by word, since behind its NUL a
 * buffer has nothing but zeros.
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
  if (a.kind === 'string' && b.kind === 'string') return equalBuffers(cx, a, b)
  return undefined
}

function equalLiteral(cx: Lowering, buffer: StringValue, text: string): Operand {
  return equalBytes(cx, buffer, [...new TextEncoder().encode(text), 0])
}

/** True (i1) when the text in the buffer begins with `text`. */
export function equalPrefix(cx: Lowering, buffer: StringValue, text: string): Operand {
  return equalBytes(cx, buffer, [...new TextEncoder().encode(text)])
}

function equalBuffers(cx: Lowering, a: StringValue, b: StringValue): Operand {
  const { builder } = cx
  const [short, long] = a.size <= b.size ? [a, b] : [b, a]
  const differences: Operand[] = []
  for (let at = 0; at < short.size; ) {
    const width = short.size - at >= 8 ? 8 : short.size - at >= 4 ? 4 : short.size - at >= 2 ? 2 : 1
    const [left, right] = [short, long].map(({ pointer }) => {
      const word = builder.load(`i${(width * 8) as 8 | 16 | 32 | 64}`, pointer, at)
      return width === 8 ? word : builder.convert(word, 'i64', { signed: false })
    }) as [Operand, Operand]
    differences.push(builder.binary('xor', left, right))
    at += width
  }
  return builder.compare('eq', anyOf(cx, differences), builder.i64(0))
}

function anyOf({ builder }: Lowering, differences: readonly Operand[]): Operand {
  return differences.reduce((left, right) => builder.binary('or', left, right), builder.i64(0) as Operand)
}

/** The bytes of a text, and its NUL where it is to end there. */
function equalBytes(cx: Lowering, buffer: StringValue, bytes: readonly number[]): Operand {
  const inside = bytes.indexOf(0)
  if (bytes.length > buffer.size || (inside !== -1 && inside < bytes.length - 1)) return constant('i1', 0)
  const { builder } = cx
  const differences = bytes.map((byte, index) => {
    const found = builder.convert(builder.load('i8', buffer.pointer, index), 'i64', { signed: false })
    return builder.binary('xor', found, builder.i64(byte))
  })
  return builder.compare('eq', anyOf(cx, differences), builder.i64(0))
}
