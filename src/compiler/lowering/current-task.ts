/**
 * The ids of the current task, in the numbering of the PID namespace that the tracer is in: that is what its user sees in
 * ps, and gives to `-p`.
 */
import type { FunctionBuilder } from '../ir/builder.ts'
import type { Operand } from '../ir/ir.ts'

/** A PID namespace other than the initial one, as the kernel names it: `dev_t` of nsfs and inode of /proc/PID/ns/pid. */
export interface PidNamespace {
  readonly device: bigint
  readonly inode: bigint
}

/** Which of the two ids, and in which numbering: the initial namespace's when `namespace` is absent. */
export interface TaskIdRequest {
  readonly id: 'process' | 'thread'
  readonly namespace?: PidNamespace | undefined
}

/** `struct bpf_pidns_info` (include/uapi/linux/bpf.h): two u32. */
const NS_INFO = { size: 8, thread: 0, process: 4 } as const

/** The id as i64; 0 for a task that the namespace does not hold. @kernel 5.7 with a namespace */
export function currentTaskId(builder: FunctionBuilder, { id, namespace }: TaskIdRequest): Operand {
  if (namespace === undefined) {
    const both = builder.call('get_current_pid_tgid', [])
    return id === 'process' ? builder.binary('lshr', both, builder.i64(32)) : builder.binary('and', both, builder.i64(0xffff_ffff))
  }
  // The helper zeroes the structure when it fails.
  const info = builder.stackSlot('ns_info', NS_INFO.size)
  builder.call('get_ns_current_pid_tgid', [builder.i64(namespace.device), builder.i64(namespace.inode), info, builder.i64(NS_INFO.size)])
  return builder.convert(builder.load('i32', info, NS_INFO[id]), 'i64', { signed: false })
}
