/**
 * The records of a ring buffer as values: one by one, in batches, or into a callback. The ring is the queue: records are
 * taken from it as fast as they are asked for, a slow reader leaves them there, and what no longer fits is counted where it
 * happened (`session.lost`).
 */
import { UsageError } from '../../base/errors.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import type { StructType } from '../../spec/types/type.ts'
import { Poller } from '../poller.ts'
import { decoderOf } from './decoder.ts'
import { oneByOne } from './one-by-one.ts'
import { type TurnClock, turnClock } from './turn-clock.ts'

/** Records decoded at once. */
const BATCH = 512
/** A reader that always finds records starves timers and signals: it steps aside this often. */
const YIELD_MS = 10

/** The records of a `ringbuf` part, oldest first. One reader at a time; waiting for a record keeps the process alive. */
export interface SessionEvents<T> {
  /** One by one. Ends when the session is closed. Throws `ClosedError` on a closed session; its first step throws `UsageError` when another loop is reading. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T>
  /** As they come, up to 512 at once, never an empty array: the fastest loop. Ends and throws as the loop over single ones. */
  batches(): AsyncIterableIterator<T[]>
  /**
   * Calls back for each record until the session is closed or `callback` answers `false`; timers and signals have their turns in between.
   * Rejects with what `callback` throws, with `ClosedError` on a closed session, and with `UsageError` when another loop is reading.
   */
  each(callback: (event: T) => unknown): Promise<void>
  /** What is there now, without waiting. Throws `UsageError` while a loop is reading. */
  take(): T[]
}

/** What the records need of the session. */
export interface EventsAccess {
  readonly name: string
  readonly struct: StructType
  /** Throws `ClosedError` once the session is closed. */
  readonly object: () => LoadedObject
  /** False once the session is closed. */
  readonly isOpen: () => boolean
  /** Calls back when the session is closed. Answers how to forget that. */
  readonly onClose: (callback: () => void) => () => void
}

/** Views a ring buffer as a stream of values. */
export function sessionEvents<T>(access: EventsAccess): SessionEvents<T> {
  const decode = decoderOf(access.struct)
  let reading = false
  // Taken from the ring and not handed out: a reader that stops early leaves them to the next.
  let left: T[] = []
  const takeBatch = (limit: number): T[] => {
    const values = left
    left = []
    if (values.length < limit) access.object().visit(access.name, (view, at) => values.push(decode(view, at) as T) < limit)
    return values
  }
  const putBack = (values: T[]) => {
    left = values
  }
  async function* batches(): AsyncGenerator<T[], void, undefined> {
    if (reading) throw new UsageError(`${access.name} is being read by another loop`)
    reading = true
    const poller = new Poller()
    const forget = access.onClose(() => poller.stop())
    try {
      const clock = turnClock(YIELD_MS)
      while (access.isOpen()) {
        const values = takeBatch(BATCH)
        if (values.length === 0) {
          await poller.pause()
          clock.turned()
          continue
        }
        poller.found()
        yield values
        if (clock.isDue()) await turn(clock)
      }
    } finally {
      forget()
      reading = false
    }
  }
  const open = () => {
    access.object()
    return batches()
  }
  return {
    take: () => {
      if (reading) throw new UsageError(`${access.name} is being read by a loop`)
      return takeBatch(Number.POSITIVE_INFINITY)
    },
    batches: open,
    each: async (callback) => {
      const clock = turnClock(YIELD_MS)
      for await (const values of open()) {
        for (let next = 0; next < values.length && access.isOpen(); next++) {
          if (callback(values[next] as T) === false) return putBack(values.slice(next + 1))
          if (clock.isDue()) await turn(clock)
        }
      }
    },
    [Symbol.asyncIterator]: () => oneByOne(open(), { isOpen: access.isOpen, putBack, clock: turnClock(YIELD_MS) }),
  }
}

async function turn(clock: TurnClock): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  clock.turned()
}
