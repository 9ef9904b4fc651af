/**
 * Where output bytes go: a file descriptor, written to in whole batches and synchronously, so that nothing is lost
 * however the process ends. The first failure is reported, and nothing is written after it.
 */
import { writeSync } from 'node:fs'
import { SyscallError } from '../base/errors.ts'
import type { ByteRoom } from '../output/output-writer.ts'
import type { ByteSink } from './script/script-options.ts'

/** A batch is handed on when it reaches this many bytes. */
const BATCH_LIMIT = 64 * 1024
/** Pause before writing again to a full non-blocking pipe. */
const RETRY_MS = 2

/**
 * Makes a sink over an open descriptor, which the caller owns. `onFailure` is called once; what it throws comes out of
 * `write` or `flush`. A reader that has gone away is the errno `EPIPE`.
 */
export function descriptorSink(fd: number, onFailure: (error: SyscallError) => void): ByteSink & { readonly room: ByteRoom } {
  // Made when there is something to write: most runs are over before their messages fill a page.
  let batch = Buffer.alloc(0)
  let used = 0
  let broken = false

  function flush(): void {
    if (used === 0) return
    const bytes = batch.subarray(0, used)
    used = 0
    if (broken) return
    try {
      writeAll(fd, bytes)
    } catch (error) {
      broken = true
      onFailure(writeError(error))
    }
  }

  /** The batch has room for so many bytes more; what is longer than a batch gets a longer one. */
  function makeRoom(size: number): void {
    if (used + size <= batch.length) return
    flush()
    if (size > batch.length) batch = Buffer.alloc(Math.max(size, BATCH_LIMIT))
  }

  function take(end: number): void {
    used = end
    if (used >= BATCH_LIMIT) flush()
  }

  return {
    write(text) {
      makeRoom(text.length)
      take(used + batch.write(text, used, 'latin1'))
    },
    room: {
      claim(size) {
        makeRoom(size)
        return { bytes: batch, from: used }
      },
      take,
    },
    flush,
  }
}

function writeError(cause: unknown): SyscallError {
  const { code = String(cause) } = cause as NodeJS.ErrnoException
  const remedy = code === 'ENOSPC' ? { remedy: 'the disk is full: free some space, or write the output elsewhere' } : {}
  return new SyscallError('write', code, 'writing the output', { cause, ...remedy })
}

function writeAll(fd: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) {
    try {
      offset += writeSync(fd, bytes, offset)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(pause, 0, 0, RETRY_MS)
    }
  }
}

const pause = new Int32Array(new SharedArrayBuffer(4))
