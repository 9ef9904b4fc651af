/**
 * `debugf(format, ...)`: a line in the kernel's own trace (`trace_pipe` of tracefs), for who looks for a mistake in a script.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { parseFormat } from '../format-string.ts'
import type { Lowering } from '../lower/lowering.ts'
import { materialize } from '../lower/store.ts'
import { stringConstant } from '../lower/string-constant.ts'
import { NO_VALUE } from '../lower/value.ts'
import type { Call } from './call.ts'
import { checkFormatted, FORMATTED_ARITY } from './formatted.ts'

/** Arguments that the helper takes behind the format and its size. */
const MOST_VALUES = 3

const ADVICE = 'The debugf() builtin is not recommended for production use. For more information see bpf_trace_printk in bpf-helpers(7).'

/** The conversions that the kernel knows. */
const OF_THE_KERNEL: ReadonlySet<string> = new Set(['d', 'u', 'x', 'p', 's'])

/** `debugf(format, ...)`. */
export const debugf: Call = {
  arity: FORMATTED_ARITY,
  kind: 'action',
  check(checker, call) {
    const type = checkFormatted(checker, call)
    checker.report.warning({ code: 'debugf', span: call.span, message: ADVICE })
    if (type.unknown === true) return type
    const [format] = call.arguments as readonly [Expression]
    const foreign = conversionsOf(format).find((conversion) => !OF_THE_KERNEL.has(conversion))
    if (foreign !== undefined)
      return mistake(checker, { code: 'bad-format', span: format.span, message: `Invalid format specifier for \`debugf\`: ${foreign}` })
    if (call.arguments.length - 1 <= MOST_VALUES) return type
    return mistake(checker, {
      code: 'wrong-argument-count',
      span: call.span,
      message: `cannot use more than ${MOST_VALUES} conversion specifiers`,
    })
  },
  lower(lowering, call) {
    const { builder } = lowering
    const [format, ...values] = call.arguments as readonly [Expression, ...Expression[]]
    const text = stringConstant(format.kind === 'string' ? format.value : '')
    const operands = values.map((value) => operandOf(lowering, value))
    const slot = builder.stackSlot('format', Math.ceil(text.length / 8) * 8)
    text.store(builder, slot, 0)
    builder.call('trace_printk', [slot, builder.i64(text.length), ...operands])
    return NO_VALUE
  },
}

/** A number, or the address of what lies in memory. */
function operandOf(lowering: Lowering, value: Expression): Operand {
  const lowered = lowering.lower(value)
  if (lowered.kind === 'integer') return lowered.operand
  const { pointer, offset } = materialize(lowering, lowered, lowering.typeOf(value))
  return lowering.builder.at(pointer, offset)
}

function conversionsOf(format: Expression): readonly string[] {
  const result = parseFormat(format.kind === 'string' ? format.value : '')
  if ('problem' in result) return []
  return result.format.flatMap((part) => (part.kind === 'conversion' ? [part.conversion] : []))
}
