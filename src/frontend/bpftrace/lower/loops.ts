/**
 * Lowers loops as plain jumps back: the verifier walks every round. Variables stay in their stack slots, which a pass turns
 * into values that change from round to round. @kernel 5.3
 */
import type { ForStatement, JumpStatement, WhileStatement } from '../ast.ts'
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

/** Lowers `for ($i : a..b) { ... }`: the body gets a copy of the counter, which it may change. */
export function lowerFor(lowering: Lowering, { variable, over, end }: ForStatement, lowerBody: () => void): void {
  if (end === undefined) return
  const { builder } = lowering
  const counter = builder.stackSlot('counter', 8)
  const [first, last] = [lowering.integer(over), lowering.integer(end)]
  builder.store(counter, first)
  const [head, body, next, done] = [builder.block('head'), builder.block('body'), builder.block('next'), builder.block('done')]
  builder.jump(head)
  builder.moveTo(head)
  builder.branch(builder.compare('slt', builder.load('i64', counter), last), body, done)
  builder.moveTo(body)
  builder.store(lowering.slotOf(lowering.symbolOf(variable)), builder.load('i64', counter))
  withTargets(lowering, { break: done, continue: next }, lowerBody)
  if (!builder.terminated) builder.jump(next)
  builder.moveTo(next)
  builder.store(counter, builder.binary('add', builder.load('i64', counter), builder.i64(1)))
  builder.jump(head)
  builder.moveTo(done)
}

/** Lowers `break` or `continue`. */
export function lowerJump({ builder, loop }: Lowering, { kind }: JumpStatement): void {
  if (loop !== undefined) builder.jump(loop[kind])
}

function withTargets(lowering: Lowering, targets: LoopTargets, lowerBody: () => void): void {
  const outer = lowering.loop
  lowering.loop = targets
  lowerBody()
  lowering.loop = outer
}
