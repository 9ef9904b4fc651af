/**
 * The layer through which every system call of borescope goes. The real one turns buffers into addresses and calls
 * libc; tests put a fake one in its place to see exactly which bytes the kernel would be asked with.
 */
import { InternalError, NotSupportedError } from '../../base/errors.ts'
import { errnoName } from './errno.ts'
import { loadFfi, type Word } from './ffi.ts'
import type { KernelStruct } from './struct.ts'

/** The system calls that borescope makes. */
export type SyscallName = 'bpf' | 'perf_event_open' | 'ioctl' | 'close' | 'mmap' | 'clock_gettime' | 'mount'

/** Numbers by machine (arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h). */
const NUMBERS: Readonly<Record<string, Readonly<Record<SyscallName, number>>>> = {
  x64: { bpf: 321, perf_event_open: 298, ioctl: 16, close: 3, mmap: 9, clock_gettime: 228, mount: 165 },
  arm64: { bpf: 280, perf_event_open: 241, ioctl: 29, close: 57, mmap: 222, clock_gettime: 113, mount: 40 },
}

/** A number, or memory whose address is meant. */
export type Argument = Word | KernelStruct

/** `value` is -1 exactly when `errno` names a failure. */
export interface SyscallResult {
  readonly value: number
  readonly errno?: string
}

/** What answers system calls. */
export interface SyscallLayer {
  call(name: SyscallName, args: readonly Argument[]): SyscallResult
  /** Memory that `mmap` answered, as an ArrayBuffer. */
  viewOf(address: number, length: number): ArrayBuffer
  pageSize(): number
}

/** The layer that really calls the kernel. */
export const realLayer: SyscallLayer = {
  call(name, args) {
    const ffi = loadFfi()
    const value = ffi.syscall(syscallNumber(name), args.map(toWord))
    const result = value === -1 ? { value, errno: errnoName(ffi.errno()) } : { value }
    // Reading the buffers after the call keeps them reachable while the kernel uses their addresses.
    if (!args.every(isIntact)) throw new InternalError(`a buffer of ${name} went away during the call`)
    return result
  },
  viewOf: (address, length) => loadFfi().viewOf(address, length),
  pageSize: () => loadFfi().pageSize(),
}

let layer: SyscallLayer = realLayer

/** Puts another layer in place of the current one; the answer puts that one back. */
export function swapSyscallLayer(next: SyscallLayer): () => void {
  const previous = layer
  layer = next
  return () => {
    layer = previous
  }
}

/** Makes a system call. Never throws for an errno; the caller knows what it was doing and says so. */
export function syscall(name: SyscallName, args: readonly Argument[]): SyscallResult {
  return layer.call(name, args)
}

/** Memory that `mmap` answered, as an ArrayBuffer that cannot be detached. Stays inside `kernel/`. */
export function viewOfMemory(address: number, length: number): ArrayBuffer {
  return layer.viewOf(address, length)
}

/** Bytes of a page of memory. */
export function pageSize(): number {
  return layer.pageSize()
}

function syscallNumber(name: SyscallName): number {
  const numbers = NUMBERS[process.arch]
  if (numbers === undefined || process.platform !== 'linux')
    throw new NotSupportedError(`tracing on ${process.platform} ${process.arch}`, { remedy: 'run borescope on Linux x86-64 or arm64' })
  return numbers[name]
}

function toWord(argument: Argument): Word {
  if (typeof argument !== 'object') return argument
  const ffi = loadFfi()
  const view = new DataView(argument.bytes.buffer, argument.bytes.byteOffset, argument.bytes.byteLength)
  for (const { at, target } of argument.keep) view.setBigUint64(at, ffi.addressOf(target), true)
  return ffi.addressOf(argument.bytes)
}

function isIntact(argument: Argument): boolean {
  return typeof argument !== 'object' || (argument.bytes.length > 0 && argument.keep.every(({ target }) => target.buffer.byteLength >= 0))
}
