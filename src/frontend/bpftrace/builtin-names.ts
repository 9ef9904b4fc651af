/**
 * Words that are builtins wherever an expression may stand, so that `(pid) * 2` is not taken for a cast. The parser needs
 * only the names; what they mean is `builtins/`.
 */
const NAMES = new Set(
  `args ctx kstack ustack nsecs pid tid comm cpu uid gid rand retval func probe probetype elapsed cgroup curtask ncpus numaid
  jiffies goid goframe username ppid pcomm cpid has_cpid usermode dw_ustack leader_tid leader_comm`.split(/\s+/),
)

/** True for the name of a builtin of the language, supported here or not. */
export function isBuiltinName(name: string): boolean {
  return NAMES.has(name) || /^arg\d+$/.test(name) || name.startsWith('__builtin_')
}
