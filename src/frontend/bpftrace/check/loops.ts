/**
 * Checks loops, and the jumps out of them. A `while` is taken as it is, and refused by the verifier when it sees no end.
 */
import { INT64 } from '../../../spec/types/type.ts'
import type { Block, Expression, ForStatement, JumpStatement, MapExpression, WhileStatement } from '../ast.ts'
import { mistake } from './checker.ts'
import { aggregationType } from './maps.ts'
import { checkTestable } from './operators.ts'
import type { StatementChecker } from './statement-checker.ts'
import { describeType, plain, type StaticType, UNKNOWN } from './static-type.ts'

/** Checks the body of a loop, in which `break` and `continue` are at home. */
function checkBody(checker: StatementChecker, body: Block, checkBlock: (body: Block) => void): void {
  checker.loops++
  checkBlock(body)
  checker.loops--
}

const WHILE_DEPRECATED = 'While loops are deprecated and may be removed in the future.'
const WHILE_HINT =
  'For loops support ranges (e.g. `for ($x : $start..$end) { ... }`), and can be used in place of while. These are more easily proven to be bounded by the verifier.'

/** Checks `while (c) { ... }`. */
export function checkWhile(checker: StatementChecker, { condition, body, span }: WhileStatement, checkBlock: (body: Block) => void): void {
  checker.report.warning({ code: 'while-deprecated', span, message: WHILE_DEPRECATED, hint: WHILE_HINT })
  checkTestable(checker, condition, checker.check(condition))
  checkBody(checker, body, checkBlock)
}

/** Checks `for ($i : a..b) { ... }` and `for ($kv : @map) { ... }`. */
export function checkFor(checker: StatementChecker, statement: ForStatement, checkBlock: (body: Block) => void): void {
  const { variable, over, end, body } = statement
  if (end !== undefined) for (const bound of [over, end]) checkBound(checker, bound)
  const type = end === undefined ? entryType(checker, over as MapExpression) : plain(INT64)
  checker.scopes.within(() => {
    const symbol = checker.scopes.declare(variable, { kind: 'loop', span: variable.span })
    checker.check(variable)
    if (type.unknown !== true) checker.symbols.learn(symbol, 'type', type)
    checkBody(checker, body, checkBlock)
  })
}

/** What a loop over a map hands out: a key and its value. */
function entryType(checker: StatementChecker, { name, span }: MapExpression): StaticType {
  const map = checker.symbols.maps.get(name)
  if (map === undefined) return mistake(checker, { code: 'undefined-map', span, message: `Undefined map: ${name}` })
  if (!map.keyed) {
    const message = `${name} has no explicit keys (scalar map), and cannot be used for iteration`
    return mistake(checker, { code: 'no-keys', span, message })
  }
  const value = map.aggregation === undefined ? map.value : aggregationType(map.aggregation)
  if (map.key === undefined || value === undefined) return UNKNOWN
  if (value.type.kind === 'none') {
    const message = `Loop expression does not support type: ${describeType(value)}`
    return mistake(checker, { code: 'bad-loop-map', span, message })
  }
  return plain({ kind: 'tuple', fields: [map.key.type, value.type] })
}

function checkBound(checker: StatementChecker, bound: Expression): void {
  const type = checker.check(bound)
  if (type.unknown === true || typeof checker.constantOf(bound) === 'bigint') return
  if (type.type.kind === 'int') return
  const message = `Loop range requires an integer for the ends, not a value of type '${describeType(type)}'`
  checker.report.error({ code: 'bad-range', span: bound.span, message })
}

/** Checks that a `break` or `continue` has a loop. */
export function checkJump(checker: StatementChecker, { kind, span }: JumpStatement): void {
  if (checker.loops > 0) return
  checker.report.error({ code: 'jump-outside-loop', span, message: `'${kind}' statement is not allowed in a probe` })
}
