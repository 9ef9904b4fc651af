/**
 * `%gr`: flags of the kernel's page allocator by name, the names that stand for several of them first, as bpftrace shows them. The
 * bits are those of Linux 6.10 and later.
 */

const IO = 0x40n
const FS = 0x80n
const DIRECT = 0x400n
const KSWAPD = 0x800n
const HARDWALL = 0x10_0000n
const KERNEL = DIRECT | KSWAPD | IO | FS
const HIGHUSER = KERNEL | HARDWALL | 0x2n
const MOVABLE = HIGHUSER | 0x8n | 0x200_0000n
/** Huge pages: `__GFP_COMP`, `__GFP_NOMEMALLOC`, `__GFP_NOWARN`, and nobody is woken to make room. */
const HUGE_LIGHT = (MOVABLE | 0x4_0000n | 0x8_0000n | 0x2000n) & ~(DIRECT | KSWAPD)

const NAMES: readonly (readonly [name: string, bits: bigint])[] = [
  ['GFP_TRANSHUGE', HUGE_LIGHT | DIRECT],
  ['GFP_TRANSHUGE_LIGHT', HUGE_LIGHT],
  ['GFP_HIGHUSER_MOVABLE', MOVABLE],
  ['GFP_HIGHUSER', HIGHUSER],
  ['GFP_USER', KERNEL | HARDWALL],
  ['GFP_KERNEL_ACCOUNT', KERNEL | 0x40_0000n],
  ['GFP_KERNEL', KERNEL],
  ['GFP_NOFS', DIRECT | KSWAPD | IO],
  ['GFP_ATOMIC', 0x20n | KSWAPD],
  ['GFP_NOIO', DIRECT | KSWAPD],
  ['GFP_NOWAIT', KSWAPD | 0x2000n],
  ['GFP_DMA', 0x1n],
  ['__GFP_HIGHMEM', 0x2n],
  ['GFP_DMA32', 0x4n],
  ['__GFP_HIGH', 0x20n],
  ['__GFP_IO', IO],
  ['__GFP_FS', FS],
  ['__GFP_ZERO', 0x100n],
  ['__GFP_DIRECT_RECLAIM', DIRECT],
  ['__GFP_KSWAPD_RECLAIM', KSWAPD],
  ['__GFP_WRITE', 0x1000n],
  ['__GFP_NOWARN', 0x2000n],
  ['__GFP_RETRY_MAYFAIL', 0x4000n],
  ['__GFP_NOFAIL', 0x8000n],
  ['__GFP_NORETRY', 0x1_0000n],
  ['__GFP_MEMALLOC', 0x2_0000n],
  ['__GFP_COMP', 0x4_0000n],
  ['__GFP_NOMEMALLOC', 0x8_0000n],
  ['__GFP_HARDWALL', HARDWALL],
  ['__GFP_THISNODE', 0x20_0000n],
  ['__GFP_ACCOUNT', 0x40_0000n],
  ['__GFP_ZEROTAGS', 0x80_0000n],
  ['__GFP_SKIP_ZERO', 0x100_0000n],
  ['__GFP_SKIP_KASAN', 0x200_0000n],
  ['__GFP_NO_OBJ_EXT', 0x400_0000n],
]

/** The names of the flags that are set, joined by `|`; what has no name as one number. */
export function gfpFlagsText(flags: bigint): string {
  let rest = flags
  const found: string[] = []
  for (const [name, bits] of NAMES) {
    if ((rest & bits) !== bits) continue
    found.push(name)
    rest &= ~bits
  }
  if (rest !== 0n) found.push(`0x${rest.toString(16)}`)
  return found.length === 0 ? '0' : found.join('|')
}
