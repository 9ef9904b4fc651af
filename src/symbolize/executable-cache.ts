/**
 * The executables that a run has opened, so that a file named by ten probes is read once. A file that was replaced in the
 * meantime (another inode, size or time) is opened anew.
 */
import { statSync } from 'node:fs'
import { Executable } from './executable.ts'

/** Owns what it opened. */
export class ExecutableCache {
  readonly #opened = new Map<string, { readonly identity: string; readonly executable: Executable }>()

  /** The executable at `path`, which the cache keeps open. Throws as `Executable.open` does. */
  open(path: string): Executable {
    const identity = identityOf(path)
    const known = this.#opened.get(path)
    if (known !== undefined && known.identity === identity) return known.executable
    const executable = Executable.open(path)
    known?.executable.close()
    this.#opened.set(path, { identity, executable })
    return executable
  }

  /** Closes all of them. Twice is fine. */
  close(): void {
    for (const { executable } of this.#opened.values()) executable.close()
    this.#opened.clear()
  }
}

function identityOf(path: string): string {
  try {
    const { dev, ino, size, mtimeNs } = statSync(path, { bigint: true })
    return `${dev}:${ino}:${size}:${mtimeNs}`
  } catch {
    return 'absent' // Opening it will say why.
  }
}
