/**
 * `-p`: the run ends when the traced process does.
 */
import { UsageError } from '../../base/errors.ts'
import { isAlive } from '../../kernel/procfs/processes.ts'
import type { StopRequest } from './stop-request.ts'

const CHECK_EVERY_MS = 100

/** Watches the process; answers a function that stops watching. */
export function endWithProcess(pid: number, stop: StopRequest): () => void {
  const timer = setInterval(() => {
    if (!isAlive(pid)) stop.request({ kind: 'process-ended' })
  }, CHECK_EVERY_MS)
  return () => clearInterval(timer)
}

/** Throws `UsageError` unless the process runs. */
export function checkProcessRuns(pid: number): void {
  if (!isAlive(pid))
    throw new UsageError(`there is no process ${pid}`, { remedy: 'give -p the id of a running process, as pgrep or ps list them' })
}
