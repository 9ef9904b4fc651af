/**
 * The records of a ring buffer as an async iterable. The ring is the queue: records are taken from it as fast as they are
 * asked for, a slow reader leaves them there, and what no longer fits is counted where it happened (`session.lost`).
 */
import { UsageError } from '../../base/errors.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import type { StructType } from '../../spec/types/type.ts'
import { Poller } from '../poller.ts'
import { readerOf } from './codec.ts'

/** Records decoded at once. */
const BATCH = 512
/** An iterator that is always ready starves timers and signals: it steps aside this often. */
const YIELD_MS = 10

/** The records of a `ringbuf` part, oldest first. One loop at a time; waiting for a record keeps the process alive. */
export interface SessionEvents<T> {
  /** Ends when the session is closed. Throws `ClosedError` on a closed session; its first step throws `UsageError` when another loop is reading. */
  [Symbol.asyncIterator](): AsyncIterableIterator<T>
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
  /** Calls back when the session is closed. */
  readonly onClose: (callback: () => void) => void
}

/** Views a ring buffer as a stream of values. */
export function sessionEvents<T>(access: EventsAccess): SessionEvents<T> {
  const read = readerOf(access.struct)
  const decode = (record: Uint8Array) => read(new DataView(record.buffer, record.byteOffset, record.byteLength), 0) as T
  let reading = false
  // Taken from the ring and not handed out yet: a loop that stops early leaves them to the next.
  let batch: T[] = []
  const takeBatch = (limit: number): T[] => {
    const values = batch
    batch = []
    access.object().drain(access.name, (record) => values.push(decode(record)) < limit)
    return values
  }
  async function* iterate(): AsyncGenerator<T, void, undefined> {
    if (reading) throw new UsageError(`${access.name} is being read by another loop`)
    reading = true
    const poller = new Poller()
    access.onClose(() => poller.stop())
    let taken = 0
    let resumed = performance.now()
    try {
      while (access.isOpen()) {
        batch.splice(0, taken)
        taken = 0
        batch = takeBatch(BATCH)
        for (taken = 0; taken < batch.length && access.isOpen(); ) {
          yield batch[taken++] as T
          if (performance.now() - resumed < YIELD_MS) continue
          await new Promise((resolve) => setImmediate(resolve))
          resumed = performance.now()
        }
        if (taken > 0) {
          poller.found()
          continue
        }
        await poller.pause()
        resumed = performance.now()
      }
    } finally {
      batch.splice(0, taken)
      reading = false
    }
  }
  return {
    take: () => {
      if (reading) throw new UsageError(`${access.name} is being read by a loop`)
      return takeBatch(Number.POSITIVE_INFINITY)
    },
    [Symbol.asyncIterator]: () => {
      access.object()
      return iterate()
    },
  }
}
