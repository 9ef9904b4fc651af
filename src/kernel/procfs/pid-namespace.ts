/**
 * The PID namespace that this process is in: its ids are what /proc shows and what every call that takes a pid means.
 */
import { statSync } from 'node:fs'

/** Inode of the initial PID namespace (PROC_PID_INIT_INO, include/linux/proc_ns.h). */
const INITIAL_INODE = 0xefff_fffcn

/** A PID namespace, in the numbers by which `bpf_get_ns_current_pid_tgid` knows it. */
export interface PidNamespace {
  /** The kernel's own `dev_t`: major number above 20 bits of minor number. */
  readonly device: bigint
  readonly inode: bigint
}

/** This process's PID namespace; undefined when it is the initial one. */
export function findOwnPidNamespace(): PidNamespace | undefined {
  const { dev, ino } = statSync('/proc/self/ns/pid', { bigint: true })
  return ino === INITIAL_INODE ? undefined : { device: kernelDevice(dev), inode: ino }
}

/** `dev_t` as stat(2) reports it, as the kernel keeps it (include/linux/kdev_t.h: `new_decode_dev`, `MKDEV`). */
export function kernelDevice(dev: bigint): bigint {
  const major = (dev >> 8n) & 0xfffn
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xfff00n)
  return (major << 20n) | minor
}
