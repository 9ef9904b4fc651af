/**
 * Loading test objects so that nothing stays open whatever a test does, and short waits that end as soon as they can.
 */
import { createKernelExecutor, type KernelExecutorOptions } from '../../src/kernel/loader/kernel-executor.ts'
import type { KernelObject } from '../../src/kernel/loader/kernel-object.ts'
import type { ObjectSpec } from '../../src/spec/object-spec.ts'

/** Loads `spec`, hands it to `use`, and closes it. */
export async function withObject<T>(
  spec: ObjectSpec,
  use: (object: KernelObject) => T | Promise<T>,
  options: KernelExecutorOptions = {},
): Promise<T> {
  const loaded = createKernelExecutor(options).load(spec, { constants: new Map() })
  try {
    return await use(loaded)
  } finally {
    loaded.close()
  }
}

/** The two ways to attach uprobes, for `describe.each`. */
export const UPROBE_WAYS = [
  { way: 'uprobe_multi', disabledFeatures: [] },
  { way: 'perf_event', disabledFeatures: ['uprobe_multi'] },
] as const

/** The value of a counter (an array of one u64). */
export function counterValue(loaded: KernelObject, map = 'count'): bigint {
  const [value] = loaded.map(map).lookup(new Uint8Array(4)) ?? []
  return value === undefined ? 0n : new DataView(value.buffer, value.byteOffset).getBigUint64(0, true)
}

/** Resolves after so many milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Asks again until the answer is true; false when it is not within `deadlineMs`. */
export async function eventually(condition: () => boolean, deadlineMs = 2000): Promise<boolean> {
  for (const end = performance.now() + deadlineMs; performance.now() < end; await sleep(5)) if (condition()) return true
  return condition()
}
