/**
 * Builtins about the goroutine that hit a probe in a Go program: `goid`, its id, and `goframe`, which call of the function it
 * is. `tid` is neither: half of the calls that block return on another thread.
 */
import { goroutineFrame, goroutineId } from '../../../compiler/lowering/goroutine.ts'
import type { UprobeSite } from '../../../spec/attach-point.ts'
import type { GoRuntime } from '../../../spec/type-source.ts'
import { UINT64 } from '../../../spec/types/type.ts'
import { type Checker, mistake } from '../check/checker.ts'
import { plain } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import type { Builtin } from './builtin.ts'
import { probedFunction } from './registers.ts'

/** `goid`: the id of the goroutine, 0 in the scheduler when it works for none. */
export const goid: Builtin = {
  check(checker, { span }) {
    const problem = whyNoGoroutine(checker, 'goid') ?? (runtimeOf(checker)?.layout === undefined ? UNKNOWN_RELEASE : undefined)
    return problem === undefined ? plain(UINT64) : mistake(checker, { code: 'no-goroutine', span, message: problem })
  },
  lower({ builder, unit }) {
    const layout = unit.context.uprobe?.go?.layout
    return integerValue(layout === undefined ? builder.i64(0) : goroutineId(builder, layout))
  },
}

const UNKNOWN_RELEASE = 'goid cannot be read: where goroutines keep their id is not known of the Go release of this program; goframe can'

/** `goframe`: the same number at the entry and the return of one call, and at no other call that is under way. */
export const goframe: Builtin = {
  check(checker, { span }) {
    const problem = whyNoGoroutine(checker, 'goframe') ?? whyNoFrame(checker.unit.context.uprobe?.sites ?? [])
    return problem === undefined ? plain(UINT64) : mistake(checker, { code: 'no-goroutine', span, message: problem })
  },
  lower: (lowering) => integerValue(goroutineFrame(lowering.builder, probedFunction(lowering))),
}

function runtimeOf({ unit }: Checker): GoRuntime | undefined {
  return unit.context.uprobe?.go
}

function whyNoGoroutine(checker: Checker, name: string): string | undefined {
  const go = runtimeOf(checker)
  if (go === undefined) return `The ${name} builtin can only be used with uprobes and uretprobes of Go programs`
  if (go.abi === 'stack') return `The ${name} builtin needs a program of Go 1.17 or later, which keeps its goroutine in a register`
  const assembly = checker.unit.context.uprobe?.sites.find(({ symbol }) => symbol.endsWith('.abi0'))
  if (assembly === undefined) return undefined
  return `The ${name} builtin cannot be used in ${assembly.symbol}: it is written in assembly, which does not keep its goroutine in a register`
}

function whyNoFrame(sites: readonly UprobeSite[]): string | undefined {
  const inside = sites.find(({ placement }) => placement === 'offset')
  if (inside === undefined) return undefined
  return `goframe is known where a function is entered and left; where its frame begins in the middle of ${inside.symbol} is not known`
}
