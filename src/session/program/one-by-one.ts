/**
 * Batches as single values, at the price of one promise each: an async generator would take three. Calls of `next` that
 * overtake each other are answered in order.
 */
import type { TurnClock } from './turn-clock.ts'

/** What a loop over single values needs of the stream. */
export interface OneByOne<T> {
  /** False once the session is closed: what is left is not handed out. */
  readonly isOpen: () => boolean
  /** Takes the values that nobody asked for. */
  readonly putBack: (values: T[]) => void
  /** When the event loop has to turn. */
  readonly clock: TurnClock
}

/** Iterates the values of batches. */
export function oneByOne<T>(
  batches: AsyncGenerator<T[], void, undefined>,
  { isOpen, putBack, clock }: OneByOne<T>,
): AsyncIterableIterator<T> {
  let batch: T[] = []
  let taken = 0
  let pending: Promise<unknown> | undefined
  const isReady = () => taken < batch.length && isOpen()
  const advance = async (): Promise<IteratorResult<T>> => {
    if (isReady()) {
      await new Promise((resolve) => setImmediate(resolve))
    } else {
      batch = []
      const next = await batches.next()
      if (next.done === true) return { value: undefined, done: true }
      batch = next.value
      taken = 0
    }
    clock.turned()
    // Closed while it waited.
    return isReady() ? { value: batch[taken++] as T, done: false } : advance()
  }
  const queue = <R>(step: () => Promise<R>): Promise<R> => {
    const result = pending === undefined ? step() : pending.then(step, step)
    const settled = () => {
      if (pending === result) pending = undefined
    }
    pending = result
    result.then(settled, settled)
    return result
  }
  return {
    next: () => {
      if (pending === undefined && isReady() && !clock.isDue()) {
        return Promise.resolve({ value: batch[taken++] as T, done: false })
      }
      return queue(advance)
    },
    return: () =>
      queue(async () => {
        if (taken < batch.length) putBack(batch.slice(taken))
        batch = []
        await batches.return()
        return { value: undefined, done: true }
      }),
    [Symbol.asyncIterator]() {
      return this
    },
  }
}
