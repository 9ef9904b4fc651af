/**
 * Helpers that read memory which the program cannot reach itself. What cannot be read is an error and leaves zeros, as in the
 * kernel (kernel/trace/bpf_trace.c, mm/maccess.c).
 */
import type { HelperName } from '../../format/asm/helpers.ts'
import { findSegment, type Segment } from '../environment.ts'
import { ERRNO } from '../errno.ts'
import type { Execution } from '../execution.ts'
import type { VmHelper } from './helper.ts'

type Space = 'user' | 'kernel'

/** By name. `probe_read` and `probe_read_str` take whichever memory the address is of. */
export const MEMORY_HELPERS = {
  probe_read: (execution) => read(execution, ['kernel', 'user']),
  probe_read_user: (execution) => read(execution, ['user']),
  probe_read_kernel: (execution) => read(execution, ['kernel']),
  copy_from_user: (execution) => read(execution, ['user']),
  probe_read_str: (execution) => readText(execution, ['kernel', 'user']),
  probe_read_user_str: (execution) => readText(execution, ['user']),
  probe_read_kernel_str: (execution) => readText(execution, ['kernel']),
  strncmp: compareText,
} as const satisfies Partial<Record<HelperName, VmHelper>>

function read(execution: Execution, spaces: readonly Space[]): number {
  const size = execution.size(2)
  const found = find(execution, 3, spaces)
  const target = execution.view(1, size, 'write')
  if (found !== undefined && found.length >= size) {
    target.set(found.subarray(0, size))
    return 0
  }
  target.fill(0)
  return refusal(execution, spaces)
}

/** The kernel does not even try what is no address of its own. */
function refusal(execution: Execution, spaces: readonly Space[]): number {
  return spaces.includes('user') || execution.high(3) >= 0xffff_8000 ? -ERRNO.EFAULT : -ERRNO.ERANGE
}

/** Answers the bytes with the final NUL. A text that is too long is cut, and one that meets unreadable memory is -EFAULT. */
function readText(execution: Execution, spaces: readonly Space[]): number {
  const size = execution.size(2)
  if (size === 0) return 0
  const found = find(execution, 3, spaces)
  const target = execution.view(1, size, 'write')
  const end = found?.indexOf(0) ?? -1
  const length = end === -1 ? Math.min(found?.length ?? 0, size) : Math.min(end + 1, size)
  if (found === undefined || (end === -1 && found.length < size)) {
    target.fill(0)
    return refusal(execution, spaces)
  }
  target.set(found.subarray(0, length))
  target[length - 1] = 0
  return length
}

/** The readable bytes from the address in an argument on. The kernel's memory holds that of the program. */
function find(execution: Execution, argument: number, spaces: readonly Space[]): Uint8Array | undefined {
  const { environment, regions, memory } = execution
  const address = execution.bits(argument)
  for (const space of spaces) {
    const segments: readonly Segment[] = space === 'user' ? environment.userMemory() : environment.kernelMemory()
    const segment = findSegment(segments, address)
    if (segment !== undefined) return segment
    if (space === 'user') continue
    const room = regions.roomAt(execution.halves(argument))
    const at = room === 0 ? undefined : regions.resolve(execution.halves(argument), room, 'read')
    // A copy, since source and target may overlap.
    if (at !== undefined) return memory.bytes.slice(at, at + room)
  }
  return undefined
}

/** `bpf_strncmp(text, size, constant)`: the sign of C's strncmp. */
function compareText(execution: Execution): number {
  const size = execution.size(2)
  const first = execution.view(1, size, 'read')
  const room = execution.regions.roomAt(execution.halves(3))
  const second = execution.view(3, Math.min(size, Math.max(1, room)), 'read')
  for (let i = 0; i < size; i++) {
    const [a, b] = [first[i] ?? 0, second[i] ?? 0]
    if (a !== b) return a < b ? -1 : 1
    if (a === 0) return 0
  }
  return 0
}
