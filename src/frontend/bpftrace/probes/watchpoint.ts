/**
 * `watchpoint:ADDRESS:LENGTH:MODE`: programs run each time that memory is written, read or executed. The processor watches, by one of
 * its four debug registers.
 */
import { ACCESS } from '../../../spec/attach-point.ts'
import type { AttachPointNode } from '../script-ast.ts'
import { parseNumber } from './number-part.ts'
import type { Expansion, ProbeKind, ProbePlace } from './probe-kind.ts'

/** `watchpoint`. */
export const WATCHPOINT: ProbeKind = {
  provider: 'watchpoint',
  spellings: ['watchpoint', 'w'],
  expand(point, expansion) {
    const read = readPoint(point)
    if (!Array.isArray(read)) return [place(read as Watched, expansion)]
    for (const { message, hint } of read as readonly Mistake[])
      expansion.report.error({ code: 'bad-attach-point', span: point.span, message, hint })
    return []
  },
}

interface Watched {
  readonly address: bigint
  readonly length: bigint
  readonly mode: string
}

interface Mistake {
  readonly message: string
  readonly hint?: string
}

const LENGTHS: ReadonlySet<bigint> = new Set([1n, 2n, 4n, 8n])
/** What x86 can watch: letters in the order of the alphabet of modes, `rwx`. */
const MODES: Readonly<Record<string, number>> = { x: ACCESS.execute, w: ACCESS.write, rw: ACCESS.read | ACCESS.write }

function readPoint({ parts }: AttachPointNode): Watched | readonly Mistake[] {
  const [, ...texts] = parts.map(({ text }) => text)
  if (texts.length !== 3) return [{ message: `watchpoint probe type requires 3 arguments, found ${texts.length}` }]
  const [where = '', size = '', mode = ''] = texts
  const address = parseNumber(where)
  if (typeof address === 'string') return [{ message: `Invalid function/address argument: ${address}` }]
  const length = parseNumber(size)
  if (typeof length === 'string') return [{ message: `Invalid length argument: ${length}` }]
  const mistakes = [...mistakesOf({ address, length, mode })]
  return mistakes.length > 0 ? mistakes : { address: BigInt.asUintN(64, address), length, mode: inOrder(mode) }
}

function* mistakesOf({ address, length, mode }: Watched): Iterable<Mistake> {
  if (address === 0n) yield { message: 'watchpoint must be attached to a non-zero address' }
  if (!LENGTHS.has(length)) yield { message: 'watchpoint length must be one of (1,2,4,8)' }
  if (/[^rwx]/.test(mode)) yield { message: 'watchpoint mode must be combination of (r,w,x)' }
  if (/(.).*\1/.test(mode)) yield { message: 'watchpoint modes may not be duplicated' }
  if (MODES[inOrder(mode)] === undefined)
    yield { message: `invalid watchpoint mode: ${inOrder(mode)}`, hint: `supported modes: ${Object.keys(MODES).join(',')}` }
}

/** `rw` for `wr`. */
function inOrder(mode: string): string {
  return [...mode].sort().join('')
}

function place({ address, length, mode }: Watched, { names, pid }: Expansion): ProbePlace {
  const name = `watchpoint:${address}:${length}:${mode}`
  const attach = { kind: 'watchpoint', name, address, length: Number(length), access: MODES[mode] ?? 0 } as const
  return {
    attach: pid === undefined ? attach : { ...attach, pid },
    context: { provider: 'watchpoint', programType: 'perf_event', space: 'none', probeName: name },
    shareKey: names.has('probe') ? name : 'watchpoint',
    count: 1,
  }
}
