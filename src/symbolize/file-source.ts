/**
 * A file as a `ByteSource`: ranges are read when they are asked for, the file is never read whole.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { ClosedError, FormatError, PermissionError, UsageError } from '../base/errors.ts'
import { type ByteSource, checkRange } from '../format/elf/byte-source.ts'

/** An open file. Whoever opened it closes it. */
export class FileSource implements ByteSource {
  readonly name: string
  readonly size: number
  #fd: number | undefined

  /** Throws `UsageError` (no such file, a directory), `PermissionError`. */
  constructor(path: string) {
    this.name = path
    this.#fd = openForReading(path)
    const status = fstatSync(this.#fd)
    this.size = status.size
    if (status.isFile()) return
    this.close()
    throw new UsageError(status.isDirectory() ? `${path} is a directory` : `${path} is not a regular file`)
  }

  read(offset: number, length: number): Uint8Array {
    if (this.#fd === undefined) throw new ClosedError(this.name)
    checkRange(this, offset, length)
    // Not `Buffer`: its slice() shares memory where Uint8Array's copies.
    const bytes = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer)
    for (let done = 0; done < length; ) {
      const count = readSync(this.#fd, bytes, done, length - done, offset + done)
      if (count === 0) throw new FormatError(this.name, `shrank while it was read, at offset ${offset + done}`)
      done += count
    }
    return bytes
  }

  /** Twice is fine. */
  close(): void {
    if (this.#fd !== undefined) closeSync(this.#fd)
    this.#fd = undefined
  }
}

function openForReading(path: string): number {
  try {
    // Opening a named pipe would wait for a writer otherwise.
    return openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new UsageError(`no such file: ${path}`, { cause: error })
    if (code === 'EACCES' || code === 'EPERM') throw new PermissionError(`reading ${path}`, ['read permission'], { cause: error })
    throw new UsageError(`cannot open ${path}: ${code}`, { cause: error })
  }
}
