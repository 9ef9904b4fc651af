/**
 * Checks loops, and the jumps out of them. A `while` is taken as it is, and refused by the verifier when it sees no end.
 */
import { INT64 } from '../../../spec/types/type.ts'
import type { Block, Expression, ForStatement, JumpStatement, WhileStatement } from '../ast.ts'
import { checkTestable } from './operators.ts'
import type { StatementChecker } from './statement-checker.ts'
import { describeType, plain } from './static-type.ts'

/** Checks the body of a loop, in which `break` and `continue` are at home. */
function checkBody(checker: StatementChecker, body: Block, checkBlock: (body: Block) => void): void {
  checker.loops++
  checkBlock(body)
  checker.loops--
}

/** Checks `while (c) { ... }`. */
export function checkWhile(checker: StatementChecker, { condition, body }: WhileStatement, checkBlock: (body: Block) => void): void {
  checkTestable(checker, condition, checker.check(condition))
  checkBody(checker, body, checkBlock)
}

/** Checks `for ($i : a..b) { ... }`; maps are not gone over yet. */
export function checkFor(checker: StatementChecker, statement: ForStatement, checkBlock: (body: Block) => void): void {
  const { variable, over, end, body, span } = statement
  if (end === undefined) {
    checker.report.notSupported(span, "'for' over maps")
    return
  }
  for (const bound of [over, end]) checkBound(checker, bound)
  checker.scopes.within(() => {
    const symbol = checker.scopes.declare(variable)
    checker.check(variable)
    checker.symbols.learn(symbol, 'type', plain(INT64))
    checkBody(checker, body, checkBlock)
  })
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
