/**
 * Checks an expression of any kind by its own check. `unit-checker.ts` calls it and notes the type.
 */
import { assertNever } from '../../../base/assert.ts'
import { nearestNames } from '../../../base/nearest-names.ts'
import { accessOf } from '../../../spec/tracepoint-field.ts'
import { INT8, INT64, nameOf, type TupleType, UINT64 } from '../../../spec/types/type.ts'
import type {
  CallExpression,
  Expression,
  FieldExpression,
  IdentifierExpression,
  IncrementExpression,
  IndexExpression,
  TupleExpression,
} from '../ast.ts'
import { isArgs } from '../builtins/args.ts'
import { findBuiltin, isFutureBuiltin } from '../builtins/builtins.ts'
import { isAggregation } from '../calls/aggregations.ts'
import { checkArity } from '../calls/call.ts'
import { findCall, isFutureCall } from '../calls/calls.ts'
import { checkCast } from './casts.ts'
import { type Checker, mistake } from './checker.ts'
import { isArgument } from './located.ts'
import { assignToMap, checkMapRead } from './maps.ts'
import { checkBinary, checkConstant, checkTernary, checkUnary } from './operators.ts'
import { checkResult } from './program-results.ts'
import { checkArgument, checkElement, checkMember, recordOf } from './program-values.ts'
import { BOOLEAN, describeType, isIntegerLike, plain, promote, type StaticType, UNKNOWN } from './static-type.ts'
import { checkTypeInfo } from './type-info.ts'
import { checkComptime, checkOffsetof, checkSizeof } from './type-questions.ts'

const TYPEOF_AS_VALUE = 'When used as a call argument, `typeof` builtin only valid for macro calls that are expecting a type parameter'

/** The type of an expression; complains about what is wrong with it. */
export function checkExpression(checker: Checker, expression: Expression): StaticType {
  switch (expression.kind) {
    case 'integer':
    case 'positional-count':
      return checkConstant(checker, expression) ?? UNKNOWN
    case 'string':
      return checkString(checker, expression)
    case 'positional':
      return checkPositional(checker, expression)
    case 'boolean':
      return BOOLEAN
    case 'identifier':
      return checkIdentifier(checker, expression)
    case 'variable':
      return checker.resolve(expression)?.type ?? UNKNOWN
    case 'map':
      return checkMapRead(checker, expression)
    case 'call':
      return checkCall(checker, expression)
    case 'unary':
      return checkUnary(checker, expression)
    case 'increment':
      return checkIncrement(checker, expression)
    case 'binary':
      return checkBinary(checker, expression)
    case 'ternary':
      return checkTernary(checker, expression)
    case 'cast':
      return checkCast(checker, expression)
    case 'field':
      return checkField(checker, expression)
    case 'index':
      return checkIndex(checker, expression)
    case 'tuple':
      return checkTuple(checker, expression)
    case 'sizeof':
      return checkSizeof(checker, expression)
    case 'offsetof':
      return checkOffsetof(checker, expression)
    case 'block-value':
      return checker.checkBlockValue(expression)
    case 'comptime':
      return checkComptime(checker, expression)
    case 'typeinfo':
      return checkTypeInfo(checker, expression)
    case 'typeof':
      return mistake(checker, { code: 'typeof-as-value', span: expression.span, message: TYPEOF_AS_VALUE })
    case 'unsupported':
      checker.report.notSupported(expression.span, expression.feature)
      return UNKNOWN
    default:
      return assertNever(expression, 'expression')
  }
}

function checkString(checker: Checker, expression: Expression): StaticType {
  const type = checkConstant(checker, expression) ?? UNKNOWN
  const { maxStringLength } = checker.options.config
  if (type.type.kind === 'string' && type.type.size > maxStringLength) {
    const message = `String is too long (over ${maxStringLength} bytes)`
    checker.report.error({ code: 'string-too-long', span: expression.span, message, hint: 'raise max_strlen in a config block' })
  }
  return type
}

function checkPositional(checker: Checker, expression: Extract<Expression, { kind: 'positional' }>): StaticType {
  if (checker.options.parameters[expression.index - 1] === undefined) {
    const message = `Positional parameter $${expression.index} is empty or not provided. `
    checker.report.warning({ code: 'missing-parameter', span: expression.span, message })
  }
  return checkConstant(checker, expression) ?? UNKNOWN
}

function checkIdentifier(checker: Checker, expression: IdentifierExpression): StaticType {
  const builtin = findBuiltin(expression.name)
  if (builtin !== undefined) return builtin.check(checker, expression)
  if (isFutureBuiltin(expression.name)) {
    checker.report.notSupported(expression.span, `the builtin '${expression.name}'`)
    return UNKNOWN
  }
  const enumerator = checker.options.typeSource.kernelTypes?.()?.findEnumerator(expression.name)
  if (enumerator !== undefined) return { type: enumerator.type, flexible: enumerator.value >= 0n, known: enumerator.value }
  return mistake(checker, { code: 'unknown-identifier', span: expression.span, message: `Unknown identifier: '${expression.name}'` })
}

function checkCall(checker: Checker, call: CallExpression): StaticType {
  const known = findCall(call.name)
  if (known !== undefined) return checkArity(checker, call, known.arity) ? known.check(checker, call) : checkArguments(checker, call)
  if (isAggregation(call.name)) {
    checkArguments(checker, call)
    return mistake(checker, {
      code: 'aggregation-not-assigned',
      span: call.span,
      message: `${call.name}() must be assigned directly to a map`,
    })
  }
  const builtin = findBuiltin(call.name)
  if (builtin !== undefined) return checkBuiltinCall(checker, call, builtin)
  checkArguments(checker, call)
  if (isFutureCall(call.name) || isFutureBuiltin(call.name)) {
    checker.report.notSupported(call.span, `the function '${call.name}'`)
    return UNKNOWN
  }
  return mistake(checker, { code: 'unknown-function', span: call.span, message: `Unknown function: '${call.name}'` })
}

function checkArguments(checker: Checker, call: CallExpression): StaticType {
  for (const argument of call.arguments) checker.check(argument)
  return UNKNOWN
}

/** Builtins that are also functions. */
const WITH_ARGUMENTS: ReadonlySet<string> = new Set('nsecs kstack ustack dw_ustack pid tid ppid pcomm leader_tid leader_comm'.split(' '))

function checkBuiltinCall(checker: Checker, call: CallExpression, builtin: NonNullable<ReturnType<typeof findBuiltin>>): StaticType {
  if (call.arguments.length > 0 && !WITH_ARGUMENTS.has(call.name)) {
    checker.report.notSupported(call.span, `'${call.name}' with an argument`)
    return UNKNOWN
  }
  return builtin.check(checker, call)
}

function checkIncrement(checker: Checker, expression: IncrementExpression): StaticType {
  const { target, span, operator } = expression
  const type = checker.check(target)
  if (type.aggregation !== undefined || !(isIntegerLike(type) || type.type.kind === 'pointer')) {
    const message = `The ${operator} operator can not be used on expressions of type '${describeType(type)}'`
    return mistake(checker, { code: 'bad-operands', span, message })
  }
  if (type.type.kind === 'pointer') return type
  const merged =
    type.unknown === true ? plain(INT64) : (promote(type, plain(operator === '++' && isUnsigned(type) ? UINT64 : INT64)) ?? plain(INT64))
  if (target.kind === 'map') assignToMap(checker, target, { value: merged, span })
  else widenVariable(checker, target, merged)
  return merged
}

function isUnsigned({ type }: StaticType): boolean {
  return type.kind === 'int' && !type.signed
}

function widenVariable(checker: Checker, target: Extract<Expression, { kind: 'variable' }>, type: StaticType): void {
  const symbol = checker.resolve(target)
  if (symbol !== undefined && symbol.declaredType === undefined) checker.symbols.learn(symbol, 'type', type)
}

function checkField(checker: Checker, expression: FieldExpression): StaticType {
  if (isArgument(checker, expression)) return checkArgument(checker, expression)
  const result = checkResult(checker, expression)
  if (result !== undefined) return result
  const operand = checker.checkObject(expression.operand)
  if (operand.unknown === true) return UNKNOWN
  const record = recordOf(operand)
  if (record !== undefined) return checkMember(checker, expression, operand, record)
  const { type } = operand
  if (type.kind === 'tuple' && type.names !== undefined) return checkRecordField(checker, expression, operand)
  if (type.kind === 'tuple') return checkTupleField(checker, expression, type.fields.length, operand)
  if (type.kind === 'struct') return checkStructField(checker, expression, operand)
  const message = `Can not access field '${expression.name}' on expression of type '${describeType(operand)}'`
  return mistake(checker, { code: 'bad-field', span: expression.span, message })
}

/** A record with more fields is not written out in a hint. */
const MOST_NAMED = 8

function checkRecordField(checker: Checker, { name, span }: FieldExpression, operand: StaticType): StaticType {
  const { names = [], fields } = operand.type as TupleType
  const index = names.indexOf(name)
  const [field, known] = [fields[index], operand.knownFields?.[index]]
  if (field !== undefined) return known === undefined ? plain(field) : { ...plain(field), known }
  if (/^\d+$/.test(name)) {
    const message = `Can not access index '${name}' on expression of type '${describeType(operand)}'`
    return mistake(checker, { code: 'bad-field', span, message })
  }
  const near = nearestNames(name, names)
  const shown = near.length > 0 || names.length > MOST_NAMED ? near : names
  const hint = shown.length === 0 ? undefined : `it has ${shown.join(', ')}`
  return mistake(checker, { code: 'unknown-field', span, message: `Record does not contain a field named '${name}'`, hint })
}

function checkTupleField(checker: Checker, { name, span }: FieldExpression, count: number, operand: StaticType): StaticType {
  const index = /^\d+$/.test(name) ? Number(name) : undefined
  const field = operand.type.kind === 'tuple' && index !== undefined ? operand.type.fields[index] : undefined
  if (field !== undefined) return plain(field)
  const message = `Invalid tuple index: ${name}. Found ${count} elements in tuple.`
  return mistake(checker, { code: 'bad-tuple-index', span, message })
}

function checkStructField(checker: Checker, expression: FieldExpression, { type, isContext }: StaticType): StaticType {
  if (type.kind !== 'struct') return UNKNOWN
  const { name, span } = expression
  const raw = isContext === true ? checker.unit.context.tracepoint?.fields.find((field) => field.name === name) : undefined
  if (raw !== undefined && accessOf(raw).kind === 'common') {
    return mistake(checker, { code: 'common-field', span, message: 'BPF does not support accessing common tracepoint fields' })
  }
  const field = type.fields.find((candidate) => candidate.name === name)
  if (field !== undefined) return plain(field.type)
  if (raw !== undefined) {
    checker.report.notSupported(span, `the field '${name}' of type '${raw.type}'`)
    return UNKNOWN
  }
  if (isArgs(expression.operand) && checker.unit.context.parameters !== undefined)
    return mistake(checker, { code: 'unknown-argument', span, message: `Can't find function parameter ${name}` })
  const message = `Struct/union of type '${nameOf(type)}' does not contain a field named '${name}'`
  const hint = `it has ${type.fields.map((candidate) => candidate.name).join(', ')}`
  return mistake(checker, { code: 'unknown-field', span, message, hint })
}

function checkIndex(checker: Checker, expression: IndexExpression): StaticType {
  const operand = checker.checkObject(expression.operand)
  if (operand.unknown === true) return UNKNOWN
  const element = checkElement(checker, expression, operand)
  if (element !== undefined) return element
  const indexType = checker.check(expression.index)
  const index = checker.constantOf(expression.index)
  if (operand.type.kind === 'string') return checkCharacter(checker, expression, { size: operand.type.size, indexType })
  if (operand.type.kind === 'tuple' && operand.type.names === undefined && typeof index === 'bigint') {
    return checkTupleField(
      checker,
      { ...expression, kind: 'field', name: String(index), nameSpan: expression.index.span },
      operand.type.fields.length,
      operand,
    )
  }
  const message = `The array index operator [] can only be used on arrays, pointers, and tuples, found ${describeType(operand)}.`
  return mistake(checker, { code: 'bad-index', span: expression.span, message })
}

/** A character of a text. Behind its buffer there is none. */
function checkCharacter(
  checker: Checker,
  { span, index }: IndexExpression,
  { size, indexType }: { readonly size: number; readonly indexType: StaticType },
): StaticType {
  const constant = checker.constantOf(index)
  if (!isIntegerLike(indexType) || (typeof constant === 'bigint' && constant < 0n)) {
    const message = `The array index operator [] only accepts non-negative integer indices. Got: ${describeType(indexType)}`
    return mistake(checker, { code: 'bad-index', span, message })
  }
  if (typeof constant !== 'bigint' || constant < BigInt(size)) return plain(INT8)
  const message = `the index ${constant} is out of bounds for array of size ${size}`
  return mistake(checker, { code: 'out-of-range', span, message })
}

/** A tuple is not known before all its items are: a map that is assigned to further down has no type yet. */
function checkTuple(checker: Checker, { items, names }: TupleExpression): StaticType {
  const types = items.map((item) => checkTupleItem(checker, item))
  if (types.some(({ unknown }) => unknown === true)) return UNKNOWN
  return plain({ kind: 'tuple', fields: types.map(({ type }) => type), ...(names === undefined ? {} : { names }) })
}

function checkTupleItem(checker: Checker, item: Expression): StaticType {
  const type = checker.check(item)
  if (type.aggregation !== undefined && type.type.kind === 'none') {
    checker.report.error({ code: 'bad-tuple-item', span: item.span, message: `'${describeType(type)}' cannot exist inside a tuple` })
  } else if (type.isContext === true || (type.type.kind === 'none' && type.unknown !== true)) {
    checker.report.error({ code: 'bad-tuple-item', span: item.span, message: `'${describeType(type)}' cannot exist inside a tuple` })
  }
  return type
}
