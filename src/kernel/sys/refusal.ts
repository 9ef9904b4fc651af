/**
 * From an errno to what is thrown: a missing capability is named, everything else is a `SyscallError` that says what was
 * being done. Files that know more about an errno handle it before they come here.
 */
import { type BorescopeError, PermissionError, SyscallError } from '../../base/errors.ts'
import { type Capability, missingCapabilities } from './capabilities.ts'

/** A call that the kernel refused. */
export interface Refusal {
  /** Such as `bpf(BPF_MAP_CREATE)`. */
  readonly call: string
  readonly errno: string
  /** What it was for: `creating map counts`. */
  readonly doing: string
  /** What the call needs; by default what every tracing call needs. */
  readonly needs?: readonly Capability[]
}

/** Remedies for errnos that mean the same wherever they come from. */
const REMEDIES: Readonly<Record<string, string>> = {
  ENOMEM: 'the machine or the memory cgroup of this process is out of memory: use smaller maps',
  EMFILE: 'raise the limit of open files (ulimit -n)',
  ENFILE: 'the machine has no file descriptors left',
  ENOSYS: 'this kernel is built without it (CONFIG_BPF_SYSCALL, CONFIG_PERF_EVENTS)',
}

const FORBIDDEN =
  'the process has the capabilities, so something else forbids it: kernel lockdown, a seccomp filter, a user namespace or a container'

/** The error to throw for a refused call. */
export function refusalError(refusal: Refusal): BorescopeError {
  const { call, errno, doing, needs = ['CAP_BPF', 'CAP_PERFMON'] } = refusal
  if (errno !== 'EPERM' && errno !== 'EACCES') {
    const remedy = REMEDIES[errno]
    return new SyscallError(call, errno, doing, remedy === undefined ? {} : { remedy })
  }
  const missing = missingCapabilities(needs)
  return missing.length > 0 ? new PermissionError(doing, missing) : new SyscallError(call, errno, doing, { remedy: FORBIDDEN })
}
