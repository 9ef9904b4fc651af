/**
 * Probed features on the real kernel: the answers agree with the kernel's age, and a switched-off one looks missing.
 */
import { expect, test } from 'vitest'
import { NotSupportedError, PermissionError } from '../../src/base/errors.ts'
import { FEATURES, type FeatureName, kernelFeatures } from '../../src/kernel/features/features.ts'
import { swapSyscallLayer } from '../../src/kernel/sys/syscall.ts'
import { findTracepointFormat, listTracepoints } from '../../src/kernel/tracefs/events.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { needs } from '../support/needs.ts'

watchFdLeaks()

const NAMES = Object.keys(FEATURES) as FeatureName[]

test.for(NAMES)('%s is found by trying it', (feature, context) => {
  needs(context, 'root', { feature })
  expect(FEATURES[feature].probe()).toBe(true)
})

test.for(NAMES)('%s looks missing when it is switched off', (feature) => {
  const features = kernelFeatures([feature])
  expect(features.has(feature)).toBe(false)
  expect(() => features.require(feature)).toThrow(NotSupportedError)
  expect(() => features.require(feature)).toThrow(`switched off by --no-feature ${feature}`)
})

test.for(NAMES)('%s is missing on a kernel that refuses everything, and leaves nothing open', (feature) => {
  const restore = swapSyscallLayer({ call: () => ({ value: -1, errno: 'EINVAL' }), viewOf: () => new ArrayBuffer(0), pageSize: () => 4096 })
  try {
    expect(FEATURES[feature].probe()).toBe(false)
  } finally {
    restore()
  }
})

test('who may not try a feature is told so, instead of that it is missing', () => {
  const restore = swapSyscallLayer({ call: () => ({ value: -1, errno: 'EPERM' }), viewOf: () => new ArrayBuffer(0), pageSize: () => 4096 })
  try {
    const refusal = process.getuid?.() === 0 ? /^tracing: bpf\(\w+\) failed with EPERM$/ : PermissionError
    for (const feature of NAMES) expect(() => FEATURES[feature].probe(), feature).toThrow(refusal)
  } finally {
    restore()
  }
})

test('tracepoints are listed by two globs, sorted, and have formats', (context) => {
  needs(context, 'root')
  const found = listTracepoints('sched', 'sched_process_e*')
  expect(found).toEqual(
    expect.arrayContaining([
      ['sched', 'sched_process_exec'],
      ['sched', 'sched_process_exit'],
    ]),
  )
  expect(found.map(([, event]) => event)).toEqual(found.map(([, event]) => event).toSorted())
  expect(listTracepoints('nothing*', '*')).toEqual([])
  expect(findTracepointFormat('sched', 'sched_process_exec')?.fields).toContainEqual({
    name: 'pid',
    type: 'pid_t',
    offset: expect.any(Number),
    size: 4,
    signed: true,
  })
  expect(findTracepointFormat('sched', 'nothing')).toBeUndefined()
})
