/**
 * `kstack` and `ustack`: the call stack of the kernel or of the process, with or without `(mode, limit)`.
 */

import type { Operand } from '../../../compiler/ir/ir.ts'
import { collectStack } from '../../../compiler/lowering/collect-stack.ts'
import type { Placement } from '../../../spec/attach-point.ts'
import { STACK_DEPTH } from '../../../spec/stack-layout.ts'
import { type StackMode, type StackType, UINT32 } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { plain, type StaticType } from '../check/static-type.ts'
import type { Lowering } from '../lower/lowering.ts'
import { integerValue } from '../lower/value.ts'
import type { Builtin, BuiltinUse } from './builtin.ts'

/** `kstack`. */
export const kstack = stack('kernel')
/** `ustack`. */
export const ustack = stack('user')

const MODES: ReadonlySet<string> = new Set<StackMode>(['bpftrace', 'perf', 'raw', 'build_id'])
function stack(space: 'kernel' | 'user'): Builtin {
  return {
    check: (checker, use) => stackType(checker, use, { space, name: space === 'kernel' ? 'kstack' : 'ustack' }),
    lower(lowering, use) {
      const { depth } = lowering.typeOf(use) as StackType
      const { builder, pidNamespace: namespace } = lowering
      const onNew = (pid: Operand) => lowering.send({ kind: 'saw-process' }, [{ name: 'pid', type: UINT32, value: integerValue(pid) }])
      return {
        kind: 'deferred',
        write: ({ pointer, offset }) =>
          collectStack(builder, {
            space,
            depth,
            target: pointer,
            targetOffset: offset,
            namespace,
            ...(space === 'user' ? { onNew, isAtCall: isAtCall(lowering) } : {}),
          }),
      }
    },
  }
}

/** Sites where the kernel would leave out the caller of a function of Go. */
function isAtCall({ unit }: Lowering): boolean {
  const { uprobe } = unit.context
  return uprobe?.isGo === true && uprobe.sites.every(({ placement }) => AT_CALL.has(placement))
}

const AT_CALL: ReadonlySet<Placement> = new Set(['stack-check-branch', 'return-instruction', 'tail-jump'])

function stackType(
  checker: Checker,
  use: BuiltinUse,
  { space, name }: { readonly space: 'kernel' | 'user'; readonly name: string },
): StaticType {
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
  if (typeof constant === 'bigint' && constant > 0n && constant <= BigInt(STACK_DEPTH.most)) return Number(constant)
  const tooDeep = typeof constant === 'bigint' && constant > 0n
  const message = tooDeep
    ? `${name}([int limit]): limit shouldn't exceed ${STACK_DEPTH.most}, ${constant} given`
    : `${name}: invalid limit value`
  checker.report.error({ code: 'bad-stack-limit', span: use.span, message })
  return STACK_DEPTH.standard
}
