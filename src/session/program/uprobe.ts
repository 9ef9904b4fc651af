/**
 * The parts of a program that run: functions attached to functions.
 */
import { UsageError } from '../../base/errors.ts'
import { BRAND, type Brand } from './brand.ts'
import type { ProbeContext, ReturnContext } from './context.ts'

/** A probe of a program. */
export interface ProbePart {
  readonly [BRAND]: Brand & { readonly kind: 'probe' }
}

/** Choices for a probe. */
export interface UprobeOptions {
  /** Only hits of this process (its id). */
  readonly pid?: number
}

/**
 * Runs `body` in the kernel whenever the function `symbol` of the file `path` is called. `body` is compiled from its own
 * source when the program is traced. Throws `UsageError` when it is not a function.
 */
export function uprobe(path: string, symbol: string, body: (ctx: ProbeContext) => void, options: UprobeOptions = {}): ProbePart {
  return probe({ target: path, symbol, return: false, pid: options.pid, body })
}

/**
 * Runs `body` in the kernel whenever the function `symbol` of the file `path` returns. In a Go binary every `ret` of the function
 * is probed, since the return probes of the kernel crash such programs.
 */
export function uretprobe(path: string, symbol: string, body: (ctx: ReturnContext) => void, options: UprobeOptions = {}): ProbePart {
  return probe({ target: path, symbol, return: true, pid: options.pid, body })
}

function probe(description: (Brand & { kind: 'probe' })['probe']): ProbePart {
  if (typeof description.body !== 'function')
    throw new UsageError(`uprobe(${description.target}, ${description.symbol}): the third argument is a function`)
  return Object.freeze({ [BRAND]: Object.freeze({ kind: 'probe', probe: Object.freeze(description) }) })
}
