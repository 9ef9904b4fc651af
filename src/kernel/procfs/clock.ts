/**
 * The kernel's clocks, as BPF programs read them: `bpf_ktime_get_ns` is `monotonic`, `bpf_ktime_get_boot_ns` is `boot`.
 * `/proc/uptime` counts only hundredths of a second, so clock_gettime(2) is asked.
 */
import { InternalError } from '../../base/errors.ts'
import { readU64 } from '../sys/struct.ts'
import { syscall } from '../sys/syscall.ts'

/** `clockid_t` of clock_gettime(2). */
const CLOCKS = { realtime: 0, monotonic: 1, boot: 7, tai: 11 } as const

/** Nanoseconds of a clock. `boot` counts the time that the machine slept, `monotonic` does not. */
export function readClock(clock: keyof typeof CLOCKS): bigint {
  const time = new Uint8Array(16)
  const { errno } = syscall('clock_gettime', [CLOCKS[clock], { bytes: time, keep: [] }])
  if (errno !== undefined) throw new InternalError(`clock_gettime of ${clock} failed with ${errno}`)
  return readU64(time, 0) * 1_000_000_000n + readU64(time, 8)
}

/** Nanoseconds since the machine booted, as `nsecs` of a script counts them. */
export function bootTimeNs(): bigint {
  return readClock('boot')
}
