/**
 * The parts of a program that run: functions attached to functions of programs, to events of the kernel, and to timers.
 */
import { UsageError } from '../../base/errors.ts'
import type { Timer } from '../../spec/attach-point.ts'
import { BRAND, type Brand, type ProbeDescription } from './brand.ts'
import type { AnyArguments, ProbeContext, RawTracepointContext, ReturnContext, TimerContext, TracepointContext } from './context.ts'

/** A probe of a program. */
export interface ProbePart {
  readonly [BRAND]: Brand & { readonly kind: 'probe' }
}

/** Choices for a probe. */
export interface ProbeOptions {
  /** Only hits of this process (its id). */
  readonly pid?: number
}

/**
 * Runs `body` in the kernel whenever the function `symbol` of the file `path` is called. `body` is compiled from its own
 * source when the program is traced. Throws `UsageError` when it is not a function.
 */
export function uprobe(path: string, symbol: string, body: (ctx: ProbeContext) => void, options: ProbeOptions = {}): ProbePart {
  return probe({ place: { kind: 'uprobe', target: path, symbol }, pid: options.pid, body })
}

/**
 * Runs `body` in the kernel whenever the function `symbol` of the file `path` returns. In a Go binary every `ret` of the function
 * is probed, since the return probes of the kernel crash such programs.
 */
export function uretprobe(path: string, symbol: string, body: (ctx: ReturnContext) => void, options: ProbeOptions = {}): ProbePart {
  return probe({ place: { kind: 'uretprobe', target: path, symbol }, pid: options.pid, body })
}

/**
 * Runs `body` whenever the kernel comes to a tracepoint: `tracepoint('sched:sched_process_exec', (ctx) => ...)`. `ctx.args` holds the
 * fields of its format file: `number` up to 32 bits, `bigint` for 64 and for pointers, `string` for text. Their types can be told:
 * `tracepoint<{ pid: number }>(...)`. @kernel 4.7
 */
export function tracepoint<Args extends object = AnyArguments>(
  name: string,
  body: (ctx: TracepointContext<Args>) => void,
  options: ProbeOptions = {},
): ProbePart {
  const [category = '', event = '', ...rest] = name.split(':')
  if (category === '' || event === '' || rest.length > 0)
    throw new UsageError(`tracepoint(${JSON.stringify(name)}): a tracepoint has a category and an event`, {
      remedy: "such as 'sched:sched_switch'; borescope -l 'tracepoint:*' lists them",
    })
  return probe({ place: { kind: 'tracepoint', category, event }, pid: options.pid, body })
}

/**
 * Runs `body` whenever the kernel comes to a tracepoint, with what that is called with instead of a record: `ctx.arg(n)`, and by name
 * `ctx.args` where the kernel describes its types. Cheaper than `tracepoint`. @kernel 4.17
 */
export function rawTracepoint<Args extends object = AnyArguments>(
  event: string,
  body: (ctx: RawTracepointContext<Args>) => void,
  options: ProbeOptions = {},
): ProbePart {
  return probe({ place: { kind: 'rawTracepoint', event }, pid: options.pid, body })
}

/** How often a timer fires: a period, or times a second. */
export type Rate = { readonly us: number } | { readonly ms: number } | { readonly s: number } | { readonly hz: number }

/** Runs `body` by a timer on one CPU: `interval({ ms: 100 }, ...)`. @kernel 4.9 */
export function interval(rate: Rate, body: (ctx: TimerContext) => void): ProbePart {
  return probe({ place: { kind: 'interval', timer: timerOf('interval', rate) }, pid: undefined, body })
}

/** Runs `body` by a timer on every CPU, or with `pid` for the time that a process runs: `profile({ hz: 99 }, ...)`. @kernel 4.9 */
export function profile(rate: Rate, body: (ctx: TimerContext) => void, options: ProbeOptions = {}): ProbePart {
  return probe({ place: { kind: 'profile', timer: timerOf('profile', rate) }, pid: options.pid, body })
}

const NANOSECONDS: Readonly<Record<string, bigint>> = { us: 1_000n, ms: 1_000_000n, s: 1_000_000_000n }

function timerOf(what: string, rate: Rate): Timer {
  const [[unit, count] = ['', 0], ...others] = Object.entries(rate) as [string, number][]
  const known = unit === 'hz' || Object.hasOwn(NANOSECONDS, unit)
  if (others.length > 0 || !known || !Number.isInteger(count) || count < 1)
    throw new UsageError(`${what}(${JSON.stringify(rate)}): the rate is one of { us }, { ms }, { s } and { hz }, a positive integer`)
  return unit === 'hz' ? { frequencyHz: BigInt(count) } : { periodNs: BigInt(count) * (NANOSECONDS[unit] ?? 1n) }
}

function probe(description: ProbeDescription): ProbePart {
  if (typeof (description.body as unknown) !== 'function')
    throw new UsageError(`${description.place.kind}(...): what is to be run is a function: (ctx) => { ... }`)
  return Object.freeze({ [BRAND]: Object.freeze({ kind: 'probe', probe: Object.freeze(description) }) })
}
