/**
 * Waits between looks at a ring buffer that wakes nobody: shorter while records come, longer while none do. The timer keeps
 * the process alive, so it only runs while somebody waits; `process.exit` and uncaught errors never wait for it.
 */

const SHORTEST_MS = 1
const LONGEST_MS = 50

/** Pauses of 1 to 50 ms, by what the last look found. */
export class Poller {
  #pauseMs = SHORTEST_MS
  #timer: NodeJS.Timeout | undefined
  #wake: (() => void) | undefined
  #stopped = false

  /** The last look found records. */
  found(): void {
    this.#pauseMs = SHORTEST_MS
  }
  /** Waits before the next look; at once once stopped. Each pause is longer than the last, up to 50 ms. */
  pause(): Promise<void> {
    if (this.#stopped) return Promise.resolve()
    const pauseMs = this.#pauseMs
    this.#pauseMs = Math.min(LONGEST_MS, pauseMs * 2)
    return new Promise((resolve) => {
      this.#wake = resolve
      this.#timer = setTimeout(resolve, pauseMs)
    })
  }
  /** Ends the current pause and all later ones. */
  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#wake?.()
  }
}
