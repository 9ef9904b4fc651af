/**
 * The one way in which a run comes to its end: whoever has a reason (a signal, `exit()`, the child, the traced process)
 * asks here, the first one counts, and the run ends in order.
 */

/** Why a run ends. */
export type StopReason =
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'signal' }
  | { readonly kind: 'child-ended' }
  | { readonly kind: 'process-ended' }
  | { readonly kind: 'nothing-to-wait-for' }
  | { readonly kind: 'output-closed' }
  /** A timer's program could not be run to its end (`--vm`); the run throws `error`. */
  | { readonly kind: 'failed'; readonly error: unknown }

/** Asked by anybody, waited for by the poll loop. */
export class StopRequest {
  #reason: StopReason | undefined
  #exitCode = 0
  readonly #waiting: (() => void)[] = []

  /** The first reason given; undefined while the run goes on. */
  get reason(): StopReason | undefined {
    return this.#reason
  }

  /** The code of the last `exit()`, the one in END too; 0 when there was none. */
  get exitCode(): number {
    return this.#exitCode
  }

  /** Asks for the end. Later reasons are ignored, but for the code of an `exit()`. */
  request(reason: StopReason): void {
    if (reason.kind === 'exit') this.#exitCode = reason.code
    if (this.#reason !== undefined) return
    this.#reason = reason
    for (const resume of this.#waiting.splice(0)) resume()
  }

  /** Resolves when the end is asked for. */
  wait(): Promise<void> {
    if (this.#reason !== undefined) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
    })
  }
}

/** Turns SIGINT and SIGTERM into stop requests from here on until the process ends, so that a second one breaks no end; SIGUSR1 does nothing. */
export function stopOnSignals(stop: StopRequest): void {
  const handler = (): void => stop.request({ kind: 'signal' })
  process.on('SIGINT', handler)
  process.on('SIGTERM', handler)
  // It is for `self:signal`; by itself Node would open a debugger's port.
  process.on('SIGUSR1', () => {})
}
