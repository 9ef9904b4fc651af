/**
 * Lowers loops: short ones as plain jumps back, of which the verifier walks every round, ranges that are long or not known now by
 * an iterator of the kernel. Variables stay in their stack slots, which a pass turns into values that change from round to round.
 * @kernel 5.3
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { emitNumberLoop } from '../../../compiler/lowering/number-loop.ts'
import type { ForStatement, JumpStatement, WhileStatement } from '../ast.ts'
import { lowerForMap } from './for-map.ts'
import type { LoopTargets, Lowering } from './lowering.ts'

/** Lowers `while (c) { ... }`. */
export function lowerWhile(lowering: Lowering, { condition }: WhileStatement, lowerBody: () => void): void {
  const { builder } = lowering
  const [head, body, done] = [builder.block('head'), builder.block('body'), builder.block('done')]
  builder.jump(head)
  builder.moveTo(head)
  builder.branch(lowering.condition(condition), body, done)
  builder.moveTo(body)
  withTargets(lowering, { break: done, continue: head }, lowerBody)
  if (!builder.terminated) builder.jump(head)
  builder.moveTo(done)
}

/** Rounds that the verifier may walk one by one; more go by an iterator of the kernel, whose body it looks at once. */
const MOST_WALKED = 100n
/** BPF_MAX_LOOPS: a longer range has no rounds at all. */
const MOST_ROUNDS = 8n << 20n

/** Lowers `for`: over a range the body gets a copy of the counter, which it may change. */
export function lowerFor(lowering: Lowering, statement: ForStatement, body: (inside: Lowering) => void): void {
  const { variable, over, end } = statement
  if (end === undefined) {
    lowerForMap(lowering, statement, body)
    return
  }
  const lowerBody = () => body(lowering)
  const range = { variable: lowering.slotOf(lowering.symbolOf(variable)), first: lowering.integer(over), last: lowering.integer(end) }
  const [from, to] = [lowering.constantOf(over), lowering.constantOf(end)]
  const isShort = typeof from === 'bigint' && typeof to === 'bigint' && to - from <= MOST_WALKED
  if (isShort) walkRange(lowering, range, lowerBody)
  else iterateRange(lowering, range, lowerBody)
}

interface Range {
  readonly variable: Operand
  readonly first: Operand
  readonly last: Operand
}

function walkRange(lowering: Lowering, { variable, first, last }: Range, lowerBody: () => void): void {
  const { builder } = lowering
  const counter = builder.stackSlot('counter', 8)
  builder.store(counter, first)
  const [head, body, next, done] = [builder.block('head'), builder.block('body'), builder.block('next'), builder.block('done')]
  builder.jump(head)
  builder.moveTo(head)
  builder.branch(builder.compare('slt', builder.load('i64', counter), last), body, done)
  builder.moveTo(body)
  builder.store(variable, builder.load('i64', counter))
  withTargets(lowering, { break: done, continue: next }, lowerBody)
  if (!builder.terminated) builder.jump(next)
  builder.moveTo(next)
  builder.store(counter, builder.binary('add', builder.load('i64', counter), builder.i64(1)))
  builder.jump(head)
  builder.moveTo(done)
}

/** @kernel 6.4 */
function iterateRange(lowering: Lowering, { variable, first, last }: Range, lowerBody: () => void): void {
  const { builder } = lowering
  const rounds = builder.stackSlot('rounds', 8)
  const distance = builder.binary('sub', last, first)
  const fits = builder.binary('and', builder.compare('slt', first, last), builder.compare('ule', distance, builder.i64(MOST_ROUNDS)))
  builder.store(rounds, builder.i64(0))
  builder.when(fits, () => builder.store(rounds, distance))
  const to = builder.convert(builder.load('i64', rounds), 'i32', { signed: false })
  emitNumberLoop(builder, { from: builder.constant('i32', 0), to }, ({ index, next, done, leave }) => {
    builder.store(variable, builder.binary('add', first, builder.convert(index, 'i64', { signed: false })))
    withTargets(lowering, { break: done, continue: next, leave }, lowerBody)
  })
}

/** Lowers `break` or `continue`. */
export function lowerJump({ builder, loop }: Lowering, { kind }: JumpStatement): void {
  if (loop !== undefined) builder.jump(loop[kind])
}

/** Ends the program from wherever it is: what loops hold is given back first, the innermost first. */
export function lowerEnd({ loop, end }: Lowering, answer: Operand): void {
  for (let at = loop; at !== undefined; at = at.outer) at.leave?.()
  end(answer)
}

function withTargets(lowering: Lowering, targets: Omit<LoopTargets, 'outer'>, lowerBody: () => void): void {
  const outer = lowering.loop
  lowering.loop = { ...targets, outer }
  lowerBody()
  lowering.loop = outer
}
