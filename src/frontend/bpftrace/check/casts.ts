/**
 * Checks casts, section 8.1 of the language reference: between integers, pointers and enums; of integers to arrays of the same size
 * and back; of strings to larger ones and to arrays of bytes.
 */
import { INT8, nameOf, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { CastExpression } from '../ast.ts'
import { type Checker, mistake } from './checker.ts'
import { placeOf } from './implicit-cast.ts'
import { sameType } from './same-type.ts'
import { describeType, isTestable, plain, type StaticType, UNKNOWN } from './static-type.ts'
import { findType } from './type-names.ts'

/** Checks `(type)e`. */
export function checkCast(checker: Checker, expression: CastExpression): StaticType {
  const operand = checker.check(expression.operand)
  const named = findType(checker, expression.type)
  if (named === undefined || operand.unknown === true) return named === undefined ? UNKNOWN : plain(named)
  const target = withSize(named, operand.type)
  if (areNumbers(operand, target)) {
    warnOfUnnecessaryCast(checker, expression, { operand, target: keepSpace(operand, target) })
    return checkVariant(checker, expression, target) ?? plain(keepSpace(operand, target))
  }
  if (operand.type.kind === 'string' && target.kind === 'string' && target.size >= operand.type.size) return plain(target)
  if (areBytes(operand.type, target) || isWideLiteral(checker, expression, target)) return plain(target)
  const message = `Cannot cast from "${describeType(operand)}" to "${castName(expression)}"`
  return mistake(checker, { code: 'bad-cast', span: placeOf(expression), message })
}

function areNumbers(operand: StaticType, target: Type): boolean {
  const fromNumber = isTestable(operand) || operand.type.kind === 'function'
  return fromNumber && (target.kind === 'int' || target.kind === 'bool' || target.kind === 'pointer')
}

/** The same bytes, read as something else. */
function areBytes(from: Type, to: Type): boolean {
  const isBytes = (type: Type) => type.kind === 'array' && (type.element.kind === 'int' || type.element.kind === 'bool')
  const isText = (type: Type) => type.kind === 'array' && sameType(type.element, INT8)
  if ((from.kind === 'string' && isText(to)) || (isText(from) && to.kind === 'string')) return sizeOf(from) === sizeOf(to)
  if (from.kind === 'int' || from.kind === 'bool') return isBytes(to) && sizeOf(from) === sizeOf(to)
  return isBytes(from) && (to.kind === 'int' || isBytes(to)) && sizeOf(from) === sizeOf(to)
}

/** A literal is as wide as the array that it is cast to. */
function isWideLiteral(checker: Checker, { operand }: CastExpression, target: Type): boolean {
  const value = checker.constantOf(operand)
  if (typeof value !== 'bigint' || target.kind !== 'array' || !['int', 'bool'].includes(target.element.kind)) return false
  const bits = sizeOf(target) * 8
  return [8, 16, 32, 64].includes(bits) && (BigInt.asUintN(bits, value) === value || BigInt.asIntN(bits, value) === value)
}

/** `(int8[])x` has as many elements as there is room for. */
function withSize(target: Type, from: Type): Type {
  if (target.kind !== 'array' || target.count !== 0) return target
  return { ...target, count: Math.floor(sizeOf(from) / Math.max(1, sizeOf(target.element))) }
}

/** A pointer still points into the memory that it pointed into. */
function keepSpace({ type, space }: StaticType, target: Type): Type {
  const known = type.kind === 'pointer' ? type.space : space
  return target.kind === 'pointer' && known !== undefined ? { ...target, space: known } : target
}

function checkVariant(checker: Checker, expression: CastExpression, target: Type): StaticType | undefined {
  if (target.kind !== 'int' || target.enumeration === undefined) return undefined
  const value = checker.constantOf(expression.operand)
  if (typeof value !== 'bigint' || target.enumeration.values.has(value)) return undefined
  const message = `Enum: ${target.enumeration.name} doesn't contain a variant value of ${value}`
  return mistake(checker, { code: 'unknown-variant', span: placeOf(expression), message })
}

function warnOfUnnecessaryCast(
  { report }: Checker,
  expression: CastExpression,
  { operand, target }: { readonly operand: StaticType; readonly target: Type },
): void {
  if (operand.aggregation !== undefined || target.kind === 'bool' || !sameType(operand.type, target)) return
  const message = `Unnecessary cast: expression is already of type ${nameOf(target)}`
  report.warning({ code: 'unnecessary-cast', span: placeOf(expression), message })
}

function castName({ type }: CastExpression): string {
  return type.name + type.modifiers.map((modifier) => (modifier.kind === 'pointer' ? ' *' : `[${modifier.size ?? ''}]`)).join('')
}
