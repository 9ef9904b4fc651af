import { describe, expect, it } from 'vitest'
import { kernelDevice } from './pid-namespace.ts'

describe('device numbers', () => {
  it.each([
    ['an anonymous device', 4n, 4n],
    ['a minor number beyond 8 bits', 0x10_0023n, 0x123n],
    ['a disk', 0x803n, (8n << 20n) | 3n],
    ['both large', 0x000f_ff12n | (0xabn << 20n), (0xfffn << 20n) | 0xab12n],
  ])('%s', (_name, fromStat, inKernel) => {
    expect(kernelDevice(fromStat)).toBe(inKernel)
  })
})
