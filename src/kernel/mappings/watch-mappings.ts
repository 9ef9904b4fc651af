/**
 * Watches what a process and those that it starts map, so that addresses of theirs have names when they have ended: a process that lives
 * for a millisecond is gone before anyone can look into /proc.
 */
import { readOnlineCpus } from '../procfs/cpus.ts'
import type { MappedFile } from '../procfs/processes.ts'
import { PerfRing } from '../ringbuf/perf-ring.ts'
import { closeAll, Fd } from '../sys/fd.ts'
import { encodeMappingEvent, openPerfEvent } from '../sys/perf-event.ts'
import { refusalError } from '../sys/refusal.ts'
import { MappingHistory } from './mapping-history.ts'
import { readMappingRecord } from './mapping-record.ts'

/** 128 KB for each CPU hold what some hundred execs map. */
const RING_PAGES = 32
const POLL_MS = 20

/** A watch. Whoever started it closes it. */
export interface MappingWatch {
  /** What a process has or had mapped, executable files only, by address; undefined when nothing was told of it. */
  of(pid: number): readonly MappedFile[] | undefined
  /** What was told stays. Twice is fine. */
  close(): void
}

/** Watches `pid` and what it starts from now on; what it has mapped already is not told. Throws `PermissionError`, `SyscallError`. */
export function watchMappings(pid: number): MappingWatch {
  const history = new MappingHistory()
  const opened: { close(): void }[] = []
  const rings: PerfRing[] = []
  try {
    for (const cpu of readOnlineCpus()) {
      const event = openEvent(pid, cpu)
      opened.push(event)
      const ring = new PerfRing(event, RING_PAGES)
      opened.push(ring)
      rings.push(ring)
    }
  } catch (error) {
    closeAll(opened)
    throw error
  }
  const drain = () => history.apply(rings.flatMap((ring) => ring.drain().flatMap((record) => readMappingRecord(record) ?? [])))
  // The rings are small: what they hold is taken out before they are full, whether or not somebody asks.
  const timer = setInterval(drain, POLL_MS).unref()
  return {
    of: (asked) => {
      drain()
      return history.of(asked)
    },
    close: () => {
      clearInterval(timer)
      closeAll(opened.splice(0))
    },
  }
}

function openEvent(pid: number, cpu: number): Fd {
  const { value, errno } = openPerfEvent(encodeMappingEvent(), { pid, cpu })
  if (errno !== undefined)
    throw refusalError({ call: 'perf_event_open', errno, doing: `watching what process ${pid} maps`, needs: ['CAP_PERFMON'] })
  return new Fd(value, `mappings of process ${pid}`)
}
