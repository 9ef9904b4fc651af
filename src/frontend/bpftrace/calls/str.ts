/**
 * `str`: text in the memory of the traced program or the kernel, up to its NUL.
 */
import type { CallExpression, Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import type { ConstantResult } from '../check/constant.ts'
import { plain, type StaticType } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import { readString } from '../lower/memory.ts'
import { lowerText } from '../lower/program-values.ts'
import { materialize } from '../lower/store.ts'
import { stringConstant } from '../lower/string-constant.ts'
import type { Value } from '../lower/value.ts'
import type { Call } from './call.ts'

/** `str(p[, n])`. */
export const str: Call = {
  arity: [1, 2],
  kind: 'value',
  check(checker, call) {
    const [pointer, length] = call.arguments as readonly [Expression, Expression?]
    const constant = literalText(pointer, checker.options.parameters, checker.constantOf(pointer))
    if (constant !== undefined) return plain({ kind: 'string', size: literalSize(checker, constant, length) })
    const type = checker.checkObject(pointer)
    if (isProgramText(type)) return plain({ kind: 'string', size: bufferSize(checker, length) })
    if (type.unknown !== true && !['int', 'pointer', 'string'].includes(type.type.kind)) {
      const message = 'str() expects an integer or a pointer type as first argument'
      return mistake(checker, { code: 'wrong-argument-type', span: pointer.span, message })
    }
    if (type.type.kind !== 'string') return plain({ kind: 'string', size: bufferSize(checker, length) })
    return length === undefined ? type : plain({ kind: 'string', size: Math.min(bufferSize(checker, length), type.type.size) })
  },
  lower(lowering, call) {
    const [pointer, length] = call.arguments as readonly [Expression, Expression?]
    const constant = literalText(pointer, lowering.parameters, lowering.constantOf(pointer))
    const size = sizeOfCall(lowering, call)
    if (constant !== undefined) return constantValue(lowering, constant.slice(0, size - 1))
    if (isProgramText(lowering.staticTypeOf(pointer))) return lowerText(lowering, pointer, size)
    const type = lowering.typeOf(pointer)
    if (type.kind === 'string') return length === undefined ? lowering.lower(pointer) : shortened(lowering, pointer, { size, length })
    const space = type.kind === 'pointer' ? type.space : (lowering.staticTypeOf(pointer).space ?? lowering.unit.context.space)
    return readString(lowering, { address: lowering.integer(pointer), space, size, length })
  },
}

/** Bytes of the program with a length of their own: a slice of bytes, or what points to a string; a string by itself is one already. */
function isProgramText({ type, object = type }: StaticType): boolean {
  if (object.kind === 'pointer') return object.to?.kind === 'record' && object.to.sequence?.text === true
  return object.kind === 'record' && object.sequence?.text === false && object.sequence.bytes === true
}

/** A string value, read again up to its n bytes. */
function shortened(lowering: Lowering, text: Expression, { size, length }: { readonly size: number; readonly length: Expression }): Value {
  const { pointer, offset } = materialize(lowering, lowering.lower(text), lowering.typeOf(text))
  return readString(lowering, { address: lowering.builder.at(pointer, offset), space: 'kernel', size, length })
}

/** A literal is cut to n characters, if n is known; its NUL is not among them. */
function literalSize(checker: Checker, text: string, length: Expression | undefined): number {
  const { length: whole } = stringConstant(text)
  return length === undefined ? whole : Math.min(whole, bufferSize(checker, length))
}

/** A literal's text; `str($1)` is the parameter's, and `str(123)` its digits. */
function literalText(expression: Expression, parameters: readonly string[], constant: ConstantResult): string | undefined {
  if (expression.kind === 'positional') return parameters[expression.index - 1] ?? ''
  if (typeof constant === 'string') return constant
  return expression.kind === 'integer' ? String(expression.value) : undefined
}

/** `str(p, n)` reads n bytes, NUL included, into one byte more; without n, or beyond it, `max_strlen` characters. */
function bufferSize(checker: Checker, length: Expression | undefined): number {
  const { maxStringLength } = checker.options.config
  if (length === undefined) return maxStringLength
  const type: StaticType = checker.check(length)
  const constant = checker.constantOf(length)
  if (type.unknown !== true && type.type.kind !== 'int') {
    checker.report.error({
      code: 'wrong-argument-type',
      span: length.span,
      message: `str() only supports int arguments (${type.type.kind} provided)`,
    })
  }
  if (typeof constant !== 'bigint') return maxStringLength
  if (constant < 0n) {
    checker.report.error({ code: 'out-of-range', span: length.span, message: `str cannot use negative length (${constant})` })
    return 1
  }
  if (constant + 1n > BigInt(maxStringLength)) {
    const message = `length param (${constant}) is too long and will be shortened to ${maxStringLength} bytes (see max_strlen)`
    checker.report.warning({ code: 'string-shortened', span: length.span, message })
  }
  return Number(constant + 1n > BigInt(maxStringLength) ? BigInt(maxStringLength) : constant + 1n)
}

function sizeOfCall(lowering: Lowering, call: CallExpression): number {
  const type = lowering.typeOf(call)
  return type.kind === 'string' ? type.size : 0
}

function constantValue({ builder }: Lowering, text: string): Value {
  return { kind: 'deferred', write: ({ pointer, offset }) => stringConstant(text).store(builder, pointer, offset) }
}
