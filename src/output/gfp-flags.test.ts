import { expect, test } from 'vitest'
import { gfpFlagsText } from './gfp-flags.ts'

test.each<[bigint, string]>([
  [0n, '0'],
  [0xcc0n, 'GFP_KERNEL'],
  [0x400cc0n, 'GFP_KERNEL_ACCOUNT'],
  [0x820n, 'GFP_ATOMIC'],
  [0xc40n, 'GFP_NOFS'],
  [0x2800n, 'GFP_NOWAIT'],
  [0xcc3n, 'GFP_KERNEL|GFP_DMA|__GFP_HIGHMEM'],
  [0x3d24can | 0x2000000n, 'GFP_TRANSHUGE|__GFP_NORETRY|__GFP_THISNODE'],
  [0x8000_0200n, '0x80000200'],
])('flags %i', (flags, text) => {
  expect(gfpFlagsText(flags)).toBe(text)
})
