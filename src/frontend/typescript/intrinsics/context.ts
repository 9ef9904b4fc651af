/**
 * The parameter of a probe function: who hit the probe, on which CPU, with which arguments.
 */
import type { CallExpression, Node } from 'acorn'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { currentTaskId } from '../../../compiler/lowering/current-task.ts'
import { GO_ARGUMENTS, PT_REGS, RESULT, type RegisterName, SYSV_ARGUMENTS } from '../../../compiler/lowering/registers.ts'
import type { Lowering, ProbeKindName, Problem } from '../lowering.ts'
import { INT64_RANGE, type Range, rangeOfBits, UINT64_RANGE } from '../range.ts'
import { intValue, knownInt, type Value } from '../value.ts'

/** Process ids, thread ids and CPU numbers are C `int`s that are never negative. */
const ID_RANGE: Range = { min: 0n, max: (1n << 31n) - 1n }
/** TASK_COMM_LEN */
const COMM_SIZE = 16
const UINT32_RANGE = rangeOfBits(32, false)
/** Words that the context of a raw tracepoint has (MAX_BPF_FUNC_ARGS). */
const MOST_PARAMETERS = 12n
const REGISTER_KINDS: ReadonlySet<ProbeKindName> = new Set(['uprobe', 'uretprobe', 'interval', 'profile'])

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
  uid: (cx) => intValue('number', UINT32_RANGE, lowHalf(cx, cx.builder.call('get_current_uid_gid', []))),
  gid: (cx) => intValue('number', UINT32_RANGE, cx.builder.binary('lshr', cx.builder.call('get_current_uid_gid', []), cx.builder.i64(32))),
  cgroup: (cx) => intValue('bigint', UINT64_RANGE, cx.builder.call('get_current_cgroup_id', [])),
  nsecs: (cx) => intValue('bigint', { min: 0n, max: INT64_RANGE.max }, cx.builder.call('ktime_get_ns', [])),
  args: (cx, node) =>
    cx.probe.tracepoint === undefined && cx.probe.parameters === undefined ? cx.report(node, noNamedArguments) : { kind: 'arguments' },
  register: (cx, node) =>
    REGISTER_KINDS.has(cx.probe.kind) ? { kind: 'method', of: { kind: 'context' }, name: 'register' } : cx.report(node, noRegisters),
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

/** `ctx.register(name)`: what a register of the machine held. */
export function registerValue(cx: Lowering, node: CallExpression, [name]: readonly Value[]): Value {
  if (name?.kind === 'error') return name
  if (name?.kind !== 'text' || !Object.hasOwn(PT_REGS, name.text)) return cx.report(node.arguments[0] ?? node, badRegister)
  return intValue('bigint', UINT64_RANGE, cx.builder.load('i64', cx.builder.context, PT_REGS[name.text as RegisterName]))
}

/** `ctx.arg(n)`: the n-th integer argument, by the calling convention of the probed function, or of a raw tracepoint. */
export function argumentValue(cx: Lowering, node: CallExpression, args: readonly Value[]): Value {
  const [index] = args
  if (cx.probe.parameters !== undefined) return parameterValue(cx, node, index)
  if (cx.probe.target === undefined) return cx.report(node, noArgumentsHere)
  const known = index?.kind === 'int' && index.numeric === 'number' ? knownInt(index) : undefined
  const registers = cx.probe.target.isGo ? GO_ARGUMENTS : SYSV_ARGUMENTS
  const register = known === undefined ? undefined : registers[Number(known)]
  if (args.length !== 1 || register === undefined) return index?.kind === 'error' ? index : cx.report(node, badArgument(registers.length))
  if (cx.probe.return) return cx.report(node, noArguments)
  return intValue('bigint', UINT64_RANGE, cx.builder.load('i64', cx.builder.context, PT_REGS[register]))
}

function parameterValue(cx: Lowering, node: CallExpression, index: Value | undefined): Value {
  const known = index?.kind === 'int' && index.numeric === 'number' ? knownInt(index) : undefined
  if (index?.kind === 'error') return index
  if (known === undefined || known < 0n || known >= MOST_PARAMETERS) return cx.report(node, badArgument(Number(MOST_PARAMETERS)))
  return intValue('bigint', UINT64_RANGE, cx.builder.load('i64', cx.builder.context, 8 * Number(known)))
}

const badRegister: Problem = {
  code: 'bad-register',
  message: 'register(name) takes the name of a register, known beforehand',
  hint: Object.keys(PT_REGS).join(', '),
}
const noRegisters: Problem = {
  code: 'no-registers',
  message: 'this kind of probe has no registers',
  hint: 'uprobe, uretprobe, interval and profile have',
}
const noNamedArguments: Problem = {
  code: 'no-arguments',
  message: 'args are the fields of a tracepoint, or what a raw tracepoint is called with',
  hint: 'the arguments of a function are ctx.arg(0), ctx.arg(1), ...',
}
const noArgumentsHere: Problem = {
  code: 'no-arguments',
  message: 'this kind of probe has no arguments by number',
  hint: 'the fields of a tracepoint are ctx.args.NAME',
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
