/**
 * File descriptors that somebody owns. An `Fd` closes once, refuses use afterwards, and is known here while it is open,
 * so that a test can name what leaked.
 */
import { ClosedError } from '../../base/errors.ts'
import { syscall } from './syscall.ts'

const live = new Set<Fd>()

/** An open file descriptor. Whoever made it closes it; the garbage collector never does. */
export class Fd {
  /** What it stands for, such as `map events`. */
  readonly what: string
  #number: number | undefined

  constructor(number: number, what: string) {
    this.#number = number
    this.what = what
    live.add(this)
  }

  /** The descriptor's number. Throws `ClosedError` after `close()`. */
  get number(): number {
    if (this.#number === undefined) throw new ClosedError(this.what)
    return this.#number
  }
  get closed(): boolean {
    return this.#number === undefined
  }
  /** Twice is fine. */
  close(): void {
    if (this.#number === undefined) return
    syscall('close', [this.#number])
    this.#number = undefined
    live.delete(this)
  }
  [Symbol.dispose](): void {
    this.close()
  }
}

/** What every descriptor that is open now stands for; for tests that look for leaks. */
export function liveFds(): readonly string[] {
  return [...live].map((fd) => fd.what)
}

/** Closes all in reverse order of opening. */
export function closeAll(things: readonly { close(): void }[]): void {
  for (const thing of [...things].reverse()) thing.close()
}
