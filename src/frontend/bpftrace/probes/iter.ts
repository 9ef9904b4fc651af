/**
 * `iter`: programs run once for each thing of a kind that the kernel has, such as its tasks, and then the script ends.
 */
import { nearestNames } from '../../../base/nearest-names.ts'
import type { KernelTypes } from '../../../spec/type-source.ts'
import type { AttachPointNode } from '../script-ast.ts'
import { type Expansion, type ProbeKind, type ProbePlace, reportMissing } from './probe-kind.ts'

/** What is iterated over, by the name of the struct that describes a step of it. */
const STEP = 'struct bpf_iter__'

/** `iter:KIND`. */
export const ITER: ProbeKind = { provider: 'iter', spellings: ['iter', 'it'], expand }

/** What the kernel iterates over: `task`, `task_file`, ... */
export function iteratedKinds(types: KernelTypes): readonly string[] {
  const kinds = types.findDeclarations(`${STEP}*`).map(({ name }) => name.slice(STEP.length))
  return kinds.filter((kind) => !kind.includes('__'))
}

function expand({ parts, span }: AttachPointNode, expansion: Expansion): readonly ProbePlace[] {
  const { report, typeSource } = expansion
  const [, kind = '', pin] = parts.map(({ text }) => text)
  const fail = (message: string) => {
    report.error({ code: 'bad-attach-point', span, message })
    return []
  }
  if (parts.length < 2 || parts.length > 3) return fail('iter probe type takes 2 arguments (1 optional)')
  if (pin !== undefined) return fail('pinning an iterator is not supported yet')
  const types = typeSource.kernelTypes?.()
  if (types === undefined) return fail('iter needs the types of the kernel (/sys/kernel/btf/vmlinux), which it does not describe')
  const kinds = iteratedKinds(types)
  const step = types.findType(`${STEP}${kind}`)
  if (step !== undefined && kinds.includes(kind)) return [placeOf(kind, expansion)]
  const near = nearestNames(kind, new Set(kinds))
  const hint = near.length === 0 ? undefined : `did you mean ${near.join(', ')}?`
  reportMissing(expansion, { span, message: `No matches for iter ${kind}.`, hint })
  return []
}

function placeOf(kind: string, { names }: Expansion): ProbePlace {
  const probeName = `iter:${kind}`
  return {
    attach: { kind: 'iterator', name: probeName, over: kind },
    context: { provider: 'iter', programType: 'iterator', space: 'kernel', probeName, iterated: `${STEP}${kind}` },
    shareKey: names.has('ctx') || names.has('probe') ? probeName : 'iter',
    count: 1,
  }
}
