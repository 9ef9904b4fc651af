/**
 * From where a probe is declared to go to where it goes: looked up in files and in the running kernel, by kind.
 */
import { UsageError } from '../../base/errors.ts'
import type { ProbeTarget } from '../../frontend/typescript/lowering.ts'
import type { TypeSource } from '../../spec/type-source.ts'
import type { ProbeDescription, ProbePlace } from './brand.ts'
import { nearestRemedy } from './executable.ts'

/** What the compiler needs to know of a place. */
export type FoundPlace = Omit<ProbeTarget, 'pidNamespace' | 'unsafe' | 'pid'>

interface Request<Place> {
  /** Of the part. */
  readonly name: string
  readonly place: Place
  readonly pid: number | undefined
  readonly types: TypeSource
}

type Finders = { readonly [Kind in ProbePlace['kind']]: (request: Request<Extract<ProbePlace, { kind: Kind }>>) => FoundPlace }

const FINDERS: Finders = {
  uprobe: findFunction,
  uretprobe: findFunction,
  tracepoint: findTracepoint,
  rawTracepoint: findRawTracepoint,
  interval: ({ place }) => ({ kind: 'interval', return: false, point: { kind: 'interval', timer: place.timer } }),
  profile: ({ place, pid }) => ({
    kind: 'profile',
    return: false,
    point: { kind: 'profile', timer: place.timer, ...(pid === undefined ? {} : { pid }) },
  }),
}

/** Looks up where the probe `name` goes. Throws `UsageError` when there is no such place. */
export function findPlace(name: string, { place, pid }: ProbeDescription, types: TypeSource): FoundPlace {
  const find = FINDERS[place.kind] as (request: Request<ProbePlace>) => FoundPlace
  return find({ name, place, pid, types })
}

function findFunction({ name, place, pid, types }: Request<Extract<ProbePlace, { kind: 'uprobe' | 'uretprobe' }>>): FoundPlace {
  const { kind, symbol } = place
  const isReturn = kind === 'uretprobe'
  // What the function reads is not known before it is compiled, and that depends on the sites.
  const request = { target: place.target, function: symbol, return: isReturn, readsResult: true, ...(pid === undefined ? {} : { pid }) }
  const target = types.findUprobeTarget(request)
  if ('kind' in target) throw new UsageError(`${name}: ${target.reason}`, nearestRemedy(target.nearest))
  if (target.sites.length > 0) return { kind, return: isReturn, target }
  const reasons = target.refused.map((site) => `${site.symbol}: ${site.reason}`).join('; ')
  throw new UsageError(`${name}: ${symbol} in ${target.path} cannot be probed (${reasons})`)
}

function findTracepoint({ name, place, types }: Request<Extract<ProbePlace, { kind: 'tracepoint' }>>): FoundPlace {
  const { category, event } = place
  const format = types.findTracepointFormat(category, event)
  if (format !== undefined) return { kind: 'tracepoint', return: false, point: { kind: 'tracepoint', category, event }, tracepoint: format }
  const near = types.findTracepoints('*', `*${event}*`).map((pair) => pair.join(':'))
  throw new UsageError(`${name}: there is no tracepoint ${category}:${event}`, nearestRemedy(near.slice(0, 3)))
}

function findRawTracepoint({ name, place, types }: Request<Extract<ProbePlace, { kind: 'rawTracepoint' }>>): FoundPlace {
  const { event } = place
  const known = types.kernelTypes?.()
  const found = known?.findRawTracepoints('*', event)[0]
  if (found !== undefined)
    return {
      kind: 'rawTracepoint',
      return: false,
      point: { kind: 'raw_tracepoint', module: found.module, event },
      parameters: found.parameters(),
    }
  if (known === undefined)
    return { kind: 'rawTracepoint', return: false, point: { kind: 'raw_tracepoint', module: 'vmlinux', event }, parameters: [] }
  const near = known.findRawTracepoints('*', `*${event}*`).map((one) => one.event)
  throw new UsageError(`${name}: there is no raw tracepoint ${event}`, nearestRemedy(near.slice(0, 3)))
}
