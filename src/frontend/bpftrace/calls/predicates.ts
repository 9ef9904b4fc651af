/**
 * What a script may ask about types while it is compiled: `is_str`, `is_ptr`, `is_array`, `is_integer`, `is_unsigned_integer`,
 * `is_literal` and `is_scalar`; sizes that are a matter of types: `strcap`, `default_str_length`; and of the kernel `kfunc_exist`.
 */
import { UINT64 } from '../../../spec/types/type.ts'
import type { CallExpression, Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { BOOLEAN, plain, type StaticType } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import { fromByteString } from '../string-literal.ts'
import type { Call } from './call.ts'

/** `is_str(x)`. */
export const isStr = predicate(({ type }) => type.kind === 'string')
/** `is_ptr(x)`. */
export const isPtr = predicate(({ type }) => type.kind === 'pointer')
/** `is_array(x)`. */
export const isArray = predicate(({ type }) => type.kind === 'array')
/** `is_integer(x)`. */
export const isInteger = predicate(({ type }) => type.kind === 'int')
/** `is_unsigned_integer(x)`. */
export const isUnsignedInteger = predicate(({ type }) => type.kind === 'int' && !type.signed)
/** `is_literal(x)`: a number, text or truth value as it stands in the script. */
export const isLiteral = predicate((_type, checker, expression) => checker.staticValueOf(expression) !== undefined)

type Test = (type: StaticType, checker: Checker, expression: Expression) => boolean

/** The answer is noted by the call, for the lowering: it is a matter of types, which only the check knows. */
function predicate(test: Test): Call {
  const knownValue = (checker: Checker, { arguments: [expression] }: CallExpression): boolean | undefined => {
    const argument = expression as Expression
    const type = checker.checkObject(argument)
    return type.unknown === true ? undefined : test(type, checker, argument)
  }
  return known({ arity: [1, 1], knownValue, type: BOOLEAN })
}

/** `is_scalar(@m)`: whether a map has no key. */
export const isScalarMap: Call = known({
  arity: [1, 1],
  type: BOOLEAN,
  knownValue(checker, call) {
    const [map] = call.arguments as readonly [Expression]
    const symbol = map.kind === 'map' && map.key === undefined ? checker.symbols.maps.get(map.name) : undefined
    if (symbol !== undefined) return !symbol.keyed
    mistake(checker, { code: 'map-expected', span: map.span, message: 'is_scalar() expects a map argument' })
    return false
  },
})

/** `default_str_length()`: how long the strings are that `str` reads. */
export const defaultStrLength: Call = known({
  arity: [0, 0],
  type: plain(UINT64),
  knownValue: (checker) => BigInt(checker.options.config.maxStringLength),
})

/** `kfunc_exist("name")`: whether the kernel has a function of that name, or a module has. */
export const kfuncExist: Call = known({
  arity: [1, 1],
  type: BOOLEAN,
  knownValue(checker, { arguments: [name], span }) {
    if (name?.kind === 'string') return checker.options.typeSource.kernelTypes?.()?.hasFunction(fromByteString(name.value)) ?? false
    mistake(checker, { code: 'literal-expected', span, message: 'kfunc_exist() accepts a string literal only' })
    return undefined
  },
})

/** A call whose value the check computes. */
function known({
  type,
  ...call
}: Pick<Call, 'arity'> & {
  readonly type: StaticType
  knownValue(checker: Checker, call: CallExpression): bigint | boolean | undefined
}): Call {
  return {
    ...call,
    kind: 'value',
    check(checker, expression) {
      const value = call.knownValue(checker, expression)
      return value === undefined ? type : { ...type, known: value }
    },
    lower(lowering, expression) {
      const { known: value = 0n } = lowering.staticTypeOf(expression)
      return integerValue(lowering.builder.i64(BigInt(value)))
    },
  }
}
