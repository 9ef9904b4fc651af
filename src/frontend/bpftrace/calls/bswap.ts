/**
 * `bswap(x)`: the bytes of an integer in the other order, in its own width.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { type IntType, sizeOf } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { plain } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import { integerValue } from '../lower/value.ts'
import type { Call } from './call.ts'

/** `bswap(x)`: unsigned, as wide as x. */
export const bswap: Call = {
  arity: [1, 1],
  kind: 'value',
  check(checker, call) {
    const [argument] = call.arguments as readonly [Expression]
    const { type, unknown } = checker.check(argument)
    if (type.kind === 'int') return plain({ ...type, signed: false } satisfies IntType)
    if (unknown === true) return plain({ kind: 'int', size: 8, signed: false })
    const message = `bswap() only supports integer arguments (${type.kind} provided)`
    return mistake(checker, { code: 'wrong-argument-type', span: argument.span, message })
  },
  lower(lowering, call) {
    const [argument] = call.arguments as readonly [Expression]
    const swapped = swapBytes(lowering, lowering.integer(argument))
    const unused = 64 - 8 * sizeOf(lowering.typeOf(call))
    return integerValue(unused === 0 ? swapped : lowering.builder.binary('lshr', swapped, lowering.builder.i64(unused)))
  },
}

/** Neighbouring bytes, then pairs of them, then halves. The instruction for it needs the fourth instruction set. */
function swapBytes({ builder }: Lowering, operand: Operand): Operand {
  const exchange = (value: Operand, bits: number, mask: bigint): Operand => {
    const low = builder.binary('shl', builder.binary('and', value, builder.i64(mask)), builder.i64(bits))
    return builder.binary('or', low, builder.binary('and', builder.binary('lshr', value, builder.i64(bits)), builder.i64(mask)))
  }
  const bytes = exchange(operand, 8, 0x00ff_00ff_00ff_00ffn)
  return exchange(exchange(bytes, 16, 0x0000_ffff_0000_ffffn), 32, 0x0000_0000_ffff_ffffn)
}
