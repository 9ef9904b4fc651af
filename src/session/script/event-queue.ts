/**
 * Events between the loop that takes them from the ring and whoever reads them. What nobody reads is kept up to a limit and then counted.
 */
import { UsageError } from '../../base/errors.ts'

/** Events that wait at most. */
const MOST_WAITING = 65_536

/** A queue with one reader. */
export class EventQueue<T> implements AsyncIterable<T> {
  #waiting: T[] = []
  #wake: () => void = () => {}
  #ended = false
  #failure: unknown
  #reading = false
  #dropped = 0n

  /** Events for which there was no room. */
  get dropped(): bigint {
    return this.#dropped
  }

  push(event: T): void {
    if (this.#waiting.length >= MOST_WAITING) this.#dropped++
    else this.#waiting.push(event)
    this.#wake()
  }

  /** No more events come; the reader gets those that are left, and then `failure`, if there is one. Twice is fine. */
  end(failure?: unknown): void {
    this.#ended = true
    this.#failure ??= failure
    this.#wake()
  }

  /** Reads until the end. Throws `UsageError` while another loop is reading, and what ended the run, if it failed. */
  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    if (this.#reading) throw new UsageError('the events of the script are being read by another loop')
    this.#reading = true
    let taken: T[] = []
    try {
      while (this.#waiting.length > 0 || !this.#ended) {
        if (this.#waiting.length === 0) {
          await new Promise<void>((resolve) => {
            this.#wake = resolve
          })
          continue
        }
        taken = this.#waiting.reverse()
        this.#waiting = []
        while (taken.length > 0) yield taken.pop() as T
      }
      if (this.#failure !== undefined) throw this.#failure
    } finally {
      // A reader that stops early leaves the others to the next.
      this.#waiting = [...taken.reverse(), ...this.#waiting]
      this.#reading = false
    }
  }
}
