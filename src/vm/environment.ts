/**
 * The world as programs of the machine see it: time, chance, the current task, memory of processes and of the kernel. The machine
 * itself has none of these; who embeds it hands them in. Without anything it is the same world at every run.
 */

/** A clock that helpers read. */
export type Clock = 'monotonic' | 'boottime' | 'tai' | 'coarse'

/** The task that a program runs in. Ids are those of the initial PID namespace. */
export interface Task {
  readonly pid: number
  readonly tid: number
  readonly uid: number
  readonly gid: number
  /** At most 15 bytes count. */
  readonly comm: string
  readonly cgroupId: bigint
  /** Address of its `task_struct`. */
  readonly address: bigint
  /** What `bpf_get_ns_current_pid_tgid` answers for a namespace; undefined when the task is not in it. */
  readonly inNamespace?: (device: bigint, inode: bigint) => { readonly pid: number; readonly tid: number } | undefined
  /** Whether it is in the cgroup that entry `index` of the map holds. */
  readonly isUnderCgroup?: (map: string, index: number) => boolean
}

/** Bytes at an address; nothing is readable in between. */
export interface Segment {
  readonly address: bigint
  readonly bytes: Uint8Array
}

/** Everything that a program can ask of the world. */
export interface Environment {
  /** Possible CPUs, and the one that runs the program. */
  readonly cpuCount: number
  readonly cpu: () => number
  /** Nanoseconds. */
  readonly now: (clock: Clock) => bigint
  /** 32 bits. */
  readonly random: () => number
  readonly task: () => Task
  /** What `probe_read_user*` and `copy_from_user` find. */
  readonly userMemory: () => readonly Segment[]
  /** What `probe_read_kernel*` finds beside the program's own memory. */
  readonly kernelMemory: () => readonly Segment[]
  /** Addresses of the current stack, the innermost first. */
  readonly stack: (space: 'user' | 'kernel') => readonly bigint[]
  /** The cookie and the instruction of the site that was hit. */
  readonly attachCookie: () => bigint
  readonly functionAddress: () => bigint
  /** A line of `bpf_trace_printk`. */
  readonly print: (text: string) => void
}

/** A world of one CPU, whose clock advances by a microsecond whenever it is read. */
export function fixedEnvironment(): Environment {
  let time = 1_000_000_000n
  let seed = 0x2545_f491
  const task: Task = { pid: 1000, tid: 1001, uid: 0, gid: 0, comm: 'simulated', cgroupId: 1n, address: 0xffff_8880_0000_1000n }
  return {
    cpuCount: 1,
    cpu: () => 0,
    now: () => {
      time += 1000n
      return time
    },
    random: () => {
      seed ^= seed << 13
      seed ^= seed >>> 17
      seed ^= seed << 5
      return seed >>> 0
    },
    task: () => task,
    userMemory: () => [],
    kernelMemory: () => [],
    stack: () => [],
    attachCookie: () => 0n,
    functionAddress: () => 0n,
    print: () => {},
  }
}

/** The bytes from an address to the end of its segment; undefined when there is none. */
export function findSegment(segments: readonly Segment[], address: bigint): Uint8Array | undefined {
  for (const { address: start, bytes } of segments)
    if (address >= start && address < start + BigInt(bytes.length)) return bytes.subarray(Number(address - start))
  return undefined
}
