/**
 * Where the events of a probe are opened: on every online CPU, or on every thread of a process.
 */
import { UsageError } from '../../base/errors.ts'
import { readOnlineCpus } from '../procfs/cpus.ts'
import { readThreads } from '../procfs/processes.ts'
import type { PerfEvent, PerfScope } from '../sys/perf-event.ts'

/** One scope per CPU, or per thread of the process. Throws `UsageError` when there is no such process. */
export function scopesOf(pid: number | undefined): readonly PerfScope[] {
  if (pid === undefined) return readOnlineCpus().map((cpu) => ({ pid: -1, cpu }))
  const threads = readThreads(pid)
  if (threads.length === 0) throw new UsageError(`no process has the id ${pid}`)
  return threads.map((thread) => ({ pid: thread, cpu: -1 }))
}

/** Events of a thread are also those of the threads that it starts. */
export function inheritance({ pid }: PerfScope): Pick<PerfEvent, 'inherit'> {
  return pid === -1 ? {} : { inherit: 'threads' }
}
