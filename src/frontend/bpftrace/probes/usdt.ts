/**
 * `usdt:file:provider:name`: places that a program has for tracers (section 2.2 of the language reference). Places of one probe whose
 * arguments are elsewhere become programs of their own.
 */
import { toByteString } from '../../../spec/byte-string.ts'
import type { UsdtProbe, UsdtRequest } from '../../../spec/type-source.ts'
import type { AttachPointNode } from '../script-ast.ts'
import { type Expansion, type ProbeKind, type ProbePlace, reportMissing } from './probe-kind.ts'

/** The row of the table. */
export const USDT: ProbeKind = { provider: 'usdt', spellings: ['usdt'], inExecutable: true, expand }

function expand(point: AttachPointNode, expansion: Expansion): readonly ProbePlace[] {
  const request = readRequest(point, expansion)
  const found = request === undefined ? [] : expansion.typeSource.findUsdt?.(request)
  if (found === undefined) return []
  if ('kind' in found) {
    const hint = found.nearest.length === 0 ? undefined : `did you mean ${found.nearest.join(', ')}?`
    reportMissing(expansion, { span: point.span, message: found.reason, hint })
    return []
  }
  // Probes are counted by name, whatever number of programs they take.
  const counted = new Set<string>()
  return found.map((probe) => {
    const name = `usdt:${probe.path}:${probe.provider}:${probe.name}`
    const isFirst = !counted.has(name)
    counted.add(name)
    return placeOf(probe, { name, count: isFirst ? 1 : 0 }, expansion)
  })
}

/** `file:name`, `file:provider:name`; with a process also `name` and `:provider:name`, looked for in all that it has mapped. */
function readRequest({ parts, span }: AttachPointNode, { report, pid }: Expansion): UsdtRequest | undefined {
  const fail = (message: string, hint?: string) => {
    report.error({ code: 'bad-attach-point', span, message, hint })
    return undefined
  }
  const words = parts.slice(1).map(({ text }) => text)
  if (words.length === 1 && pid !== undefined) words.unshift('')
  const [target = '', second = '', third] = words
  if (words.length < 2 || words.length > 3) {
    const message = `usdt probe type requires 2 or 3 arguments, found ${words.length}`
    return fail(message, 'write usdt:PATH:NAME or usdt:PATH:PROVIDER:NAME')
  }
  const isAnywhere = target === '' || target === '*'
  if (isAnywhere && pid === undefined)
    return fail('usdt probe must specify at least path or pid to probe', 'name the program or library, or a process with -p PID')
  return {
    target: isAnywhere ? '*' : target,
    provider: third === undefined || second === '' ? '*' : second,
    name: third ?? second,
    ...(pid === undefined ? {} : { pid }),
  }
}

function placeOf(probe: UsdtProbe, { name, count }: { readonly name: string; readonly count: number }, expansion: Expansion): ProbePlace {
  const { path, sites, positionIndependent } = probe
  const pid = expansion.pid === undefined ? {} : { pid: expansion.pid }
  const probeName = toByteString(name)
  const readsArguments = [...expansion.names].some((used) => /^arg\d+$/.test(used))
  const key = [
    expansion.names.has('probe') || expansion.names.has('uaddr') ? probeName : '',
    readsArguments ? `${name} ${JSON.stringify(probe.arguments, wide)}` : '',
  ]
  return {
    attach: { kind: 'uprobe', path, sites, return: false, ...pid },
    context: {
      provider: 'usdt',
      programType: 'kprobe',
      space: 'user',
      probeName,
      uprobe: { path, isGo: false, positionIndependent, return: false, sites },
      usdt: { arguments: probe.arguments },
    },
    shareKey: `usdt ${key.join(' ')}`,
    count,
  }
}

function wide(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value
}
