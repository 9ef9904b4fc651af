/**
 * Kernel memory shared with this process. A view of it cannot be taken back from JavaScript, and touching an unmapped
 * page is the end of the process; so closing a region puts zero pages in the place of the shared ones instead of leaving
 * nothing there. Views never leave `kernel/`.
 */
import type { Fd } from './fd.ts'
import { refusalError } from './refusal.ts'
import { syscall, viewOfMemory } from './syscall.ts'

const PROT = { read: 1, write: 2 } as const
const MAP = { shared: 0x01, private: 0x02, fixed: 0x10, anonymous: 0x20, noReserve: 0x4000 } as const

/** What to map of a descriptor. */
export interface MapRequest {
  readonly fd: Fd
  readonly length: number
  /** Byte offset, a multiple of the page size. */
  readonly offset: number
  readonly access: 'read' | 'read-write'
}

/** Mapped memory. After `close()` the buffer reads as zeros, for ever; the address range is not used again. */
export interface SharedRegion {
  readonly buffer: ArrayBuffer
  /** Twice is fine. */
  close(): void
}

/** Maps shared memory. Throws `SyscallError`. The caller closes the region. */
export function mapShared(request: MapRequest): SharedRegion {
  const { fd, length, offset, access } = request
  const protection = access === 'read' ? PROT.read : PROT.read | PROT.write
  const { value: address, errno } = syscall('mmap', [0, length, protection, MAP.shared, fd.number, offset])
  if (errno !== undefined) throw refusalError({ call: 'mmap', errno, doing: `sharing the memory of ${fd.what}` })
  let open = true
  const close = () => {
    if (open) syscall('mmap', [address, length, PROT.read | PROT.write, MAP.private | MAP.anonymous | MAP.fixed | MAP.noReserve, -1, 0])
    open = false
  }
  return { buffer: viewOfMemory(address, length), close }
}

/**
 * Maps a file of the kernel to read from for ever: nothing takes the memory away again, so the view is safe to hand around.
 * `undefined` when the file is not to be mapped.
 */
export function mapForEver(file: Fd, length: number): Uint8Array | undefined {
  const { value: address, errno } = syscall('mmap', [0, length, PROT.read, MAP.private, file.number, 0])
  return errno === undefined ? new Uint8Array(viewOfMemory(address, length)) : undefined
}
