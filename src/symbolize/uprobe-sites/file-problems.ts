/**
 * Files that no probe can be attached to, or that the traced process does not run: said before anything is attached, since the
 * kernel would attach and the probe never fire.
 */
import { statfsSync } from 'node:fs'
import { findReplaced } from '../../kernel/procfs/mapped-files.ts'

/** Magic numbers (include/uapi/linux/magic.h) of file systems whose files have no pages that the kernel could put breakpoints into. */
const UNPROBEABLE: ReadonlyMap<number, string> = new Map([
  [0x9584_58f6, 'hugetlbfs'],
  [0x9fa0, 'proc'],
  [0x6265_6572, 'sysfs'],
  [0x6462_6720, 'debugfs'],
  [0x7472_6163, 'tracefs'],
  [0x6367_7270, 'cgroup2'],
  [0x0027_e0eb, 'cgroup'],
  [0x6165_676c, 'pstore'],
  [0xcafe_4a11, 'bpf'],
])

/** Why a file cannot be probed wherever in it; undefined when nothing speaks against it. */
export function whyFileNotProbeable(path: string): string | undefined {
  const fileSystem = UNPROBEABLE.get(statfsSync(path).type)
  return fileSystem === undefined
    ? undefined
    : `${path} cannot be probed: its file system (${fileSystem}) has no page cache; copy the file elsewhere`
}

/** Why probes on the file at `path` would miss the process; undefined when they would not, or there is none. */
export function whyNotRunning(path: string, pid: number | undefined): string | undefined {
  const replaced = pid === undefined ? undefined : findReplaced(pid, path)
  if (replaced === undefined) return undefined
  return `process ${pid} does not run the file that is at ${path} now: it was replaced or deleted meanwhile; probe ${replaced} instead`
}
