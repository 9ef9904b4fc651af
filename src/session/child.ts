/**
 * The command of `-c`: started, and held before its first instruction until every probe is attached, so that nothing is
 * missed. No native code is needed: a shell stops itself and then becomes the command, keeping its pid, so that probes
 * filtered by pid follow it through the exec.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError } from '../base/errors.ts'
import { readStatus } from '../kernel/procfs/processes.ts'
import { elapsedMs } from './elapsed.ts'

/** The shell that holds the command: it stops itself, then execs the words of its first argument. */
const HOLD_SCRIPT = 'kill -STOP $$; eval "exec $1"'
const HOLD_DEADLINE_MS = 5000
/** How long a child may take to end after SIGTERM before it is killed. */
const TERMINATE_DEADLINE_MS = 2000

/** A process that borescope started. Whoever started it calls `close()`. */
export class HeldChild {
  readonly pid: number
  readonly #process: ChildProcess
  /** Resolves when the process has ended, with how. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: string | null }>

  constructor(process: ChildProcess, pid: number) {
    this.#process = process
    this.pid = pid
    this.ended = new Promise((resolve) => {
      process.once('exit', (code, signal) => resolve({ code, signal }))
    })
  }

  /** Lets the command run. */
  release(): void {
    this.#process.kill('SIGCONT')
  }

  /** Ends the process if it still runs: SIGTERM, and SIGKILL when it does not react in time. */
  async close(): Promise<void> {
    if (this.#hasEnded()) return
    this.#process.kill('SIGTERM')
    this.#process.kill('SIGCONT')
    const timer = setTimeout(() => this.#process.kill('SIGKILL'), TERMINATE_DEADLINE_MS)
    await this.ended
    clearTimeout(timer)
  }

  #hasEnded(): boolean {
    return this.#process.exitCode !== null || this.#process.signalCode !== null
  }
}

/**
 * Starts `command` (words are split and quoted as a shell does) and waits until it is stopped before its exec. Its
 * standard streams are ours. Throws `UsageError` when it cannot be started.
 */
export async function holdChild(command: string): Promise<HeldChild> {
  if (command.trim() === '') throw new UsageError('the command of -c is empty')
  const process = spawn('/bin/sh', ['-c', HOLD_SCRIPT, 'borescope', command], { stdio: 'inherit' })
  const pid = process.pid
  if (pid === undefined) throw new UsageError(`cannot start /bin/sh for the command ${JSON.stringify(command)}`)
  const child = new HeldChild(process, pid)
  const deadline = elapsedMs() + HOLD_DEADLINE_MS
  while (readStatus(pid)?.state !== 'T') {
    if (elapsedMs() > deadline) {
      await child.close()
      throw new UsageError(`the command ${JSON.stringify(command)} did not stop before its start within ${HOLD_DEADLINE_MS} ms`)
    }
    await sleep(1)
  }
  return child
}
