/**
 * Checks what is assigned to scratch variables: a variable has one type, which grows with what it is given.
 */
import type { Span } from '../../../base/source-text.ts'
import type { Type } from '../../../spec/types/type.ts'
import type { VariableExpression } from '../ast.ts'
import type { Checker, VariableAssignment } from './checker.ts'
import type { ConstantResult } from './constant.ts'
import { warnOfImplicitCast } from './implicit-cast.ts'
import { sameType } from './same-type.ts'
import { describeType, plain, type StaticType, UNKNOWN, unify, withoutObject } from './static-type.ts'
import type { VariableSymbol } from './symbols.ts'

/** Notes that a variable is given a value. */
export function learnVariable(
  checker: Checker,
  variable: VariableExpression,
  assigned: VariableAssignment & { readonly symbol: VariableSymbol },
): void {
  const { symbol, expression, span, place } = assigned
  const value = variableValue(checker, assigned.value, span)
  if (value.unknown === true) return
  const known = symbol.type
  const merged = known === undefined ? value : unify(known, value)
  const constant = checker.constantOf(expression)
  if (merged === undefined || (symbol.declaredType !== undefined && !fits(symbol.declaredType.type, merged.type, constant))) {
    const message = `Type mismatch for ${variable.name}: trying to assign value of type '${describeType(value)}' when variable already has a type '${describeType(known ?? UNKNOWN)}'`
    checker.report.error({ code: 'type-mismatch', span, message })
    return
  }
  if (symbol.declaredType === undefined) checker.symbols.learn(symbol, 'type', merged)
  warnOfImplicitCast(checker, expression, { from: assigned.value, to: symbol.type?.type, ...(place === undefined ? {} : { span: place }) })
}

/** A declared integer takes any integer, cut to its size, but only constants that it can hold. */
function fits(declared: Type, merged: Type, constant: ConstantResult): boolean {
  if (declared.kind !== 'int' || merged.kind !== 'int') return sameType(declared, merged)
  if (typeof constant !== 'bigint') return true
  const bits = declared.size * 8
  return constant === (declared.signed ? BigInt.asIntN(bits, constant) : BigInt.asUintN(bits, constant))
}

/** A variable holds the reduced number of an aggregation; those without one cannot be held. */
function variableValue(checker: Checker, value: StaticType, span: Span): StaticType {
  if (value.aggregation !== undefined && value.type.kind === 'int') return plain(value.type)
  if (value.unknown === true || value.type.kind !== 'none') return withoutObject(value)
  const message = `Value '${describeType(value)}' cannot be assigned to a scratch variable.`
  checker.report.error({ code: 'bad-variable-value', span, message })
  return UNKNOWN
}
