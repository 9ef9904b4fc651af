/**
 * Checks how a script walks through the memory of the traced program: arguments by name, members, elements. Types are asked
 * of the type source as they are met.
 */
import type { Span } from '../../../base/source-text.ts'
import { scalarAt } from '../../../format/dwarf/locations/scalar.ts'
import type { FunctionArguments, Miss, ProbeArgument } from '../../../spec/type-source.ts'
import { type PointerSpace, type RecordType, sizeOf, type Type } from '../../../spec/types/type.ts'
import type { FieldExpression, IndexExpression, UnaryExpression } from '../ast.ts'
import { type Checker, mistake } from './checker.ts'
import { findMember, type TypeKnowledge, wholeType, withSpace } from './records.ts'
import { describeType, plain, type StaticType, UNKNOWN } from './static-type.ts'

/** Checks `args.name` of a uprobe. */
export function checkArgument(checker: Checker, { name, span, nameSpan }: FieldExpression): StaticType {
  const known = knownArguments(checker, span)
  if (known === undefined) return UNKNOWN
  const argument = known.arguments.find((one) => one.name === name)
  if (argument === undefined) {
    const names = known.arguments.map((one) => one.name).join(', ')
    const hint = names !== '' ? `it has ${names}` : known.function.endsWith('.abi0') ? ASSEMBLY : 'it has no arguments'
    return mistake(checker, { code: 'unknown-argument', span: nameSpan, message: `${known.function} has no argument '${name}'`, hint })
  }
  return checkArgumentValue(checker, argument, { span: nameSpan, function: known.function })
}

/** What debug information says of the probed function; complains and answers undefined when it says nothing. */
export function knownArguments(checker: Checker, span: Span): FunctionArguments | undefined {
  const known = checker.unit.context.uprobe?.arguments
  if (known !== undefined && !('kind' in known)) return known
  const hint = 'use arg0, arg1, ... for the registers that arguments are passed in'
  mistake(checker, { code: 'no-debug-info', span, message: known?.reason ?? 'nothing is known of the arguments here', hint })
  return undefined
}

/** The value of one argument. */
export function checkArgumentValue(
  checker: Checker,
  argument: ProbeArgument,
  of: { readonly span: Span; readonly function: string },
): StaticType {
  return readable(checker, argument, { span: of.span, what: `the argument '${argument.name}' of ${of.function}` })
}

const ASSEMBLY =
  'debug information knows no arguments of assembly; they are on the stack: sarg0, sarg1, ... (8 bytes each, of which small values share one)'

/** The value of an argument or result, where it can be had. */
export function readable(checker: Checker, value: ProbeArgument, of: { readonly span: Span; readonly what: string }): StaticType {
  const problem = whyUnreadable(value)
  if (problem === undefined) return valueIn(checker, value.type as Type)
  return mistake(checker, { code: 'unreadable-argument', span: of.span, message: `${of.what} cannot be read: ${problem}` })
}

function whyUnreadable({ type, location }: ProbeArgument): string | undefined {
  if (typeof type === 'string') return type
  if (location.kind === 'nowhere') return location.reason
  const parts = type.kind === 'record' && type.sequence !== undefined ? [type.sequence.pointer, type.sequence.length] : [0]
  // Of other records and of arrays each member is looked at when it is named.
  if ((type.kind === 'record' && type.sequence === undefined) || type.kind === 'array' || type.kind === 'string') return undefined
  for (const offset of parts) {
    const scalar = scalarAt(location, offset, Math.min(8, sizeOf(type)))
    if (scalar.kind === 'nowhere') return scalar.reason
  }
  return undefined
}

/** The record that members of a value are looked for in: itself, or what it points to. */
export function recordOf({ type, object }: StaticType): RecordType | undefined {
  const of = object ?? (type.kind === 'pointer' ? type.to : type)
  return of?.kind === 'record' ? of : undefined
}

/** Checks `record.name` and `pointer->name`. */
export function checkMember(
  checker: Checker,
  { name, span, nameSpan }: FieldExpression,
  operand: StaticType,
  record: RecordType,
): StaticType {
  if (record.dynamic !== undefined && name === TYPE_NAME) return checkTypeName(checker, span)
  const member = findMember(checker.options, record, name)
  if ('kind' in member) return unknownMember(checker, record.from !== undefined ? span : nameSpan, member)
  if (typeof member.type === 'string')
    return mistake(checker, {
      code: 'unreadable-member',
      span,
      message: `the field '${name}' of ${record.name} cannot be read: ${member.type}`,
    })
  return valueIn(checker, member.type, spaceOf(checker, operand))
}

/** What the name of an interface's dynamic type is a member by. */
export const TYPE_NAME = 'type'

function checkTypeName(checker: Checker, span: Span): StaticType {
  const { typeSource, config } = checker.options
  const found = typeSource.debugTypes?.findGoTypeRange(checker.unit.context.uprobe?.path ?? '')
  if (found !== undefined && 'start' in found) return plain({ kind: 'string', size: config.maxStringLength })
  return mistake(checker, { code: 'no-type-names', span, message: found?.reason ?? 'nothing is known of the types of the program' })
}

function unknownMember(checker: Checker, span: FieldExpression['span'], { reason, nearest }: Miss): StaticType {
  const hint = nearest.length === 0 ? undefined : `it has ${nearest.join(', ')}`
  return mistake(checker, { code: 'unknown-field', span, message: reason, hint })
}

/** Checks `array[i]`, `pointer[i]` and `slice[i]`; undefined for what is none of them. */
export function checkElement(checker: Checker, expression: IndexExpression, operand: StaticType): StaticType | undefined {
  const element = elementOf(checker, operand)
  if (element === undefined) return undefined
  const index = checker.check(expression.index)
  const known = checker.constantOf(expression.index)
  if (index.type.kind !== 'int' || (typeof known === 'bigint' && known < 0n)) {
    const message = `The array index operator [] only accepts non-negative integer indices. Got: ${describeType(index)}`
    return mistake(checker, { code: 'bad-index', span: expression.span, message })
  }
  if (typeof element === 'string')
    return mistake(checker, { code: 'unreadable-member', span: expression.span, message: `the element cannot be read: ${element}` })
  return checkBound(checker, expression, operand) ?? elementValue(checker, element, operand)
}

/** The type of what an index selects; undefined for what cannot be indexed. */
export function elementOf(
  { options }: { readonly options: Pick<TypeKnowledge, 'typeSource'> },
  operand: StaticType,
): Type | string | undefined {
  const of = operand.object ?? operand.type
  if (of.kind === 'array') return of.element
  if (of.kind === 'record' && of.sequence !== undefined) return options.typeSource.debugTypes?.findElement(of)
  return of.kind === 'pointer' ? of.to : undefined
}

/** Of an array in a variable or map an element is a value of its own. */
function elementValue(checker: Checker, element: Type, operand: StaticType): StaticType {
  return operand.type.kind === 'array' && operand.object === undefined
    ? plain(element)
    : valueIn(checker, element, spaceOf(checker, operand))
}

/** Whose memory a value lies in, or what it points to. */
function spaceOf({ unit }: Checker, { type, object, space }: StaticType): PointerSpace {
  return space ?? (type.kind === 'pointer' && object === undefined ? type.space : unit.context.space)
}

function checkBound(checker: Checker, expression: IndexExpression, operand: StaticType): StaticType | undefined {
  const of = operand.object ?? operand.type
  const index = checker.constantOf(expression.index)
  if (of.kind !== 'array' || of.count === 0 || typeof index !== 'bigint' || index < BigInt(of.count)) return undefined
  const message = `the index ${index} is out of bounds for array of size ${of.count}`
  return mistake(checker, { code: 'out-of-range', span: expression.span, message })
}

/** The value that stands for something in the memory of the program: of a string its text, of a record itself. */
export function valueIn({ options, unit }: Checker, type: Type, space: PointerSpace = unit.context.space): StaticType {
  if (type.kind === 'record' && type.sequence?.text === true)
    return { type: { kind: 'string', size: options.config.maxStringLength }, object: type }
  return type.kind === 'record' || type.kind === 'array' ? { type, object: type, space } : plain(withSpace(type, space))
}

/** Checks a value where it is used as a whole. */
export function checkWhole(checker: Checker, span: UnaryExpression['span'], value: StaticType): StaticType {
  if (value.object === undefined || (value.type.kind !== 'record' && value.type.kind !== 'array')) return value
  const whole = wholeType(checker.options, value.type, spaceOf(checker, value))
  if (typeof whole === 'object') return { ...value, type: whole }
  const hint = value.type.kind === 'record' ? 'name a field of it' : 'name an element of it: [0]'
  checker.report.notSupported(span, whole, hint)
  return UNKNOWN
}
