/**
 * The parameter of a probe function: who hit the probe, on which CPU, with which arguments.
 */
import type { CallExpression, Node } from 'acorn'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { currentTaskId } from '../../../compiler/lowering/current-task.ts'
import { GO_ARGUMENTS, PT_REGS, RESULT, SYSV_ARGUMENTS } from '../../../compiler/lowering/registers.ts'
import type { Lowering, Problem } from '../lowering.ts'
import { type Range, UINT64_RANGE } from '../range.ts'
import { intValue, knownInt, type Value } from '../value.ts'

/** Process ids, thread ids and CPU numbers are C `int`s that are never negative. */
const ID_RANGE: Range = { min: 0n, max: (1n << 31n) - 1n }
/** TASK_COMM_LEN */
const COMM_SIZE = 16

/** Members by name. */
export const CONTEXT_MEMBERS: Readonly<Record<string, (cx: Lowering, node: Node) => Value>> = {
  pid: (cx) => taskId(cx, 'process'),
  tid: (cx) => taskId(cx, 'thread'),
  cpu: (cx) => intValue('number', ID_RANGE, lowHalf(cx, cx.builder.call('get_smp_processor_id', []))),
  comm: (cx) => {
    const fill = (pointer: Operand) => void cx.builder.call('get_current_comm', [pointer, cx.builder.i64(COMM_SIZE)])
    const pointer = cx.builder.stackSlot('comm', COMM_SIZE)
    fill(pointer)
    return { kind: 'string', pointer, size: COMM_SIZE, fill }
  },
  arg: () => ({ kind: 'method', of: { kind: 'context' }, name: 'arg' }),
  retval: (cx, node) =>
    cx.probe.return
      ? intValue('bigint', UINT64_RANGE, cx.builder.load('i64', cx.builder.context, PT_REGS[RESULT]))
      : cx.report(node, noResult),
}

function taskId(cx: Lowering, id: 'process' | 'thread'): Value {
  return intValue('number', ID_RANGE, currentTaskId(cx.builder, { id, namespace: cx.probe.pidNamespace }))
}

function lowHalf(cx: Lowering, value: Operand): Operand {
  return cx.builder.convert(cx.builder.convert(value, 'i32', { signed: false }), 'i64', { signed: false })
}

/** `ctx.arg(n)`: the n-th integer argument, by the calling convention of the probed function. */
export function argumentValue(cx: Lowering, node: CallExpression, args: readonly Value[]): Value {
  const [index] = args
  const known = index?.kind === 'int' && index.numeric === 'number' ? knownInt(index) : undefined
  const registers = cx.probe.target.isGo ? GO_ARGUMENTS : SYSV_ARGUMENTS
  const register = known === undefined ? undefined : registers[Number(known)]
  if (args.length !== 1 || register === undefined) return index?.kind === 'error' ? index : cx.report(node, badArgument(registers.length))
  if (cx.probe.return) return cx.report(node, noArguments)
  return intValue('bigint', UINT64_RANGE, cx.builder.load('i64', cx.builder.context, PT_REGS[register]))
}

const badArgument = (count: number): Problem => ({
  code: 'bad-argument-index',
  message: `arg(n) takes a constant from 0 to ${count - 1}`,
  hint: 'arguments beyond the registers are on the stack of the target: read them with user.read',
})
const noArguments: Problem = {
  code: 'no-arguments',
  message: 'the registers no longer hold the arguments when a function returns',
  hint: 'keep them in a hash by ctx.tid at the entry of the function',
}
const noResult: Problem = {
  code: 'no-result',
  message: 'retval is the result of a function that returns: this probe is at the entry of one',
  hint: 'attach with uretprobe(...)',
}
