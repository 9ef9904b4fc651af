import { expect, test } from 'vitest'
import { estimateHitNs, executionOf, kernelSkill } from './execution.ts'

const code = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)))
const [older, linux618] = [kernelSkill([6, 6]), kernelSkill([6, 18])]

test.each([
  ['push %rbp', '55', 'emulated', 'emulated'],
  ['push %r12', '41 54', 'emulated', 'emulated'],
  ['nop', '90', 'emulated', 'emulated'],
  ['xchg %ax,%ax', '66 90', 'emulated', 'emulated'],
  ['nopl 0(%rax)', '0f 1f 40 00', 'single-stepped', 'emulated'],
  ['nopw', '66 0f 1f 44 00 00', 'single-stepped', 'emulated'],
  ['nop5', '0f 1f 44 00 00', 'single-stepped', 'rewritten'],
  ['jbe', '76 26', 'emulated', 'emulated'],
  ['jbe, far', '0f 86 00 01 00 00', 'emulated', 'emulated'],
  ['jmp', 'eb 00', 'emulated', 'emulated'],
  ['call', 'e8 00 00 00 00', 'emulated', 'emulated'],
  ['callw', '66 e8 00 00', 'single-stepped', 'single-stepped'],
  ['ret', 'c3', 'single-stepped', 'single-stepped'],
  ['endbr64', 'f3 0f 1e fa', 'single-stepped', 'single-stepped'],
  ['sub', '48 83 ec 18', 'single-stepped', 'single-stepped'],
  ['pop %r12', '41 5c', 'single-stepped', 'single-stepped'],
])('%s', (_name, hex, before, now) => {
  expect([executionOf(code(hex), older), executionOf(code(hex), linux618)]).toEqual([before, now])
})

test('a hit costs by its execution', () => {
  expect(estimateHitNs({ execution: 'emulated', placement: 'entry' })).toBeLessThan(
    estimateHitNs({ execution: 'single-stepped', placement: 'entry' }) / 8,
  )
  expect(estimateHitNs({ execution: 'emulated', placement: 'return' })).toBeGreaterThan(
    estimateHitNs({ execution: 'emulated', placement: 'entry' }),
  )
})
