/**
 * `kstack`, `ustack` and `dw_ustack`: the call stack of the kernel or of the process, with or without `(mode, limit)`. User stacks are
 * walked by tables where the kernel allows it, but `ustack` at a function of Go: Go keeps frame pointers, which are cheaper.
 */

import type { Operand } from '../../../compiler/ir/ir.ts'
import { collectStack, type StackRequest } from '../../../compiler/lowering/collect-stack.ts'
import { currentTaskId } from '../../../compiler/lowering/current-task.ts'
import type { Placement } from '../../../spec/attach-point.ts'
import { STACK_DEPTH, STACK_SIZE } from '../../../spec/stack-layout.ts'
import { type StackMode, type StackType, UINT32, UINT64 } from '../../../spec/types/type.ts'
import { FILE_KEY } from '../../../spec/unwind-layout.ts'
import type { Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { plain, type StaticType } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import { integerValue } from '../lower/value.ts'
import type { ProviderName } from '../probes/probe-kind.ts'
import type { Builtin, BuiltinUse } from './builtin.ts'

/** `kstack`. */
export const kstack = stack({ name: 'kstack', space: 'kernel' })
/** `ustack`. */
export const ustack = stack({ name: 'ustack', space: 'user' })
/** `dw_ustack`. */
export const dwUstack = stack({ name: 'dw_ustack', space: 'user' })

const MODES: ReadonlySet<string> = new Set<StackMode>(['bpftrace', 'perf', 'raw', 'build_id'])

interface StackKind {
  readonly name: 'kstack' | 'ustack' | 'dw_ustack'
  readonly space: 'kernel' | 'user'
}

function stack(kind: StackKind): Builtin {
  return {
    check: (checker, use) => stackType(checker, use, kind),
    lower(lowering, use) {
      const { depth } = lowering.typeOf(use) as StackType
      const { builder, pidNamespace: namespace } = lowering
      const request = { space: kind.space, depth, namespace, ...(kind.space === 'user' ? userParts(lowering, kind) : {}) }
      return {
        kind: 'deferred',
        write: ({ pointer, offset }) =>
          isEmpty(lowering, use)
            ? builder.zero(pointer, STACK_SIZE, offset)
            : collectStack(builder, { ...request, target: pointer, targetOffset: offset }),
      }
    },
  }
}

/** `kstack(0)`: no frames at all. */
function isEmpty(lowering: Lowering, use: BuiltinUse): boolean {
  const limit = use.kind === 'call' ? use.arguments.at(-1) : undefined
  return limit !== undefined && lowering.constantOf(limit) === 0n
}

/** Sites where the kernel would leave out the caller of a function of Go. */
function isAtCall({ unit }: Lowering): boolean {
  const { uprobe } = unit.context
  return uprobe?.isGo === true && uprobe.sites.every(({ placement }) => AT_CALL.has(placement))
}

const AT_CALL: ReadonlySet<Placement> = new Set(['stack-check-branch', 'return-instruction', 'tail-jump'])

/** Probes whose programs run for a task of the traced world. */
const OF_A_TASK: ReadonlySet<ProviderName> = new Set([
  'uprobe',
  'uretprobe',
  'usdt',
  'tracepoint',
  'rawtracepoint',
  'profile',
  'software',
  'hardware',
  'watchpoint',
])

function userParts(lowering: Lowering, { name }: StackKind): Pick<StackRequest, 'onNew' | 'unwind' | 'isAtCall'> {
  const { provider, uprobe } = lowering.unit.context
  const onNew = (pid: Operand) => lowering.send({ kind: 'saw-process' }, [{ name: 'pid', type: UINT32, value: integerValue(pid) }])
  const wanted = OF_A_TASK.has(provider) && (name === 'dw_ustack' || uprobe?.isGo !== true)
  if (!wanted || !lowering.walksByTables()) return { onNew, isAtCall: isAtCall(lowering) }
  const registers = uprobe === undefined ? 'task' : 'context'
  return { onNew, unwind: { registers, onUnknown: (code) => askForTable(lowering, code) } }
}

/** Sends what user space needs to make the table of a file: where one can look at it, and what the kernel knows it by. */
function askForTable(lowering: Lowering, { address, key }: { readonly address: Operand; readonly key: Operand }): void {
  const { builder, pidNamespace: namespace } = lowering
  const half = (offset: number) => builder.convert(builder.load('i32', key, offset), 'i64', { signed: false })
  const fields = [
    { name: 'pid', type: UINT32, value: currentTaskId(builder, { id: 'process', namespace }) },
    { name: 'address', type: UINT64, value: address },
    { name: 'inode', type: UINT64, value: builder.load('i64', key, FILE_KEY.inode) },
    { name: 'device', type: UINT32, value: half(FILE_KEY.device) },
    { name: 'size', type: UINT32, value: half(FILE_KEY.fileSize) },
  ]
  lowering.send(
    { kind: 'unknown-code' },
    fields.map(({ value, ...field }) => ({ ...field, value: integerValue(value) })),
  )
}

function stackType(checker: Checker, use: BuiltinUse, { space, name }: StackKind): StaticType {
  const given = use.kind === 'call' ? use.arguments : []
  const [first, ...others] = given
  const named = first?.kind === 'identifier' ? first : undefined
  const limit = named === undefined ? first : others[0]
  if (given.length > (named === undefined ? 1 : 2)) {
    const message = `${name}() takes up to 2 arguments (${given.length} provided)`
    return mistake(checker, { code: 'wrong-argument-count', span: use.span, message })
  }
  if (named !== undefined && !MODES.has(named.name)) {
    const message = `Error parsing stack mode: ${name}: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.`
    checker.report.error({ code: 'bad-stack-mode', span: named.span, message })
  }
  const mode = named !== undefined && MODES.has(named.name) ? (named.name as StackMode) : checker.options.config.stackMode
  if (mode === 'build_id' && space === 'kernel') {
    const message = "'build_id' stack mode can only be used for ustack"
    checker.report.error({ code: 'bad-stack-mode', span: use.span, message })
  }
  return plain({ kind: 'stack', space, mode, depth: depthOf(checker, { limit, use, name }) })
}

function depthOf(
  checker: Checker,
  { limit, use, name }: { readonly limit: Expression | undefined; readonly use: BuiltinUse; readonly name: string },
): number {
  if (limit === undefined) return STACK_DEPTH.standard
  const constant = checker.constantOf(limit)
  if (constant === 0n) return STACK_DEPTH.standard
  if (typeof constant === 'bigint' && constant > 0n && constant <= BigInt(STACK_DEPTH.most)) return Number(constant)
  const tooDeep = typeof constant === 'bigint' && constant > 0n
  const message = tooDeep
    ? `${name}([int limit]): limit shouldn't exceed ${STACK_DEPTH.most}, ${constant} given`
    : `${name}: invalid limit value`
  checker.report.error({ code: 'bad-stack-limit', span: use.span, message })
  return STACK_DEPTH.standard
}
