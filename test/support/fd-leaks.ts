/**
 * Catches what a test leaves open: descriptors of BPF and perf, as `/proc/self/fd` shows them and as `Fd` counts them.
 */
import { readdirSync, readlinkSync } from 'node:fs'
import { afterEach, beforeEach, expect } from 'vitest'
import { liveFds } from '../../src/kernel/sys/fd.ts'

/** Fails every test of the file that ends with more descriptors of BPF or perf open than it began with. */
export function watchFdLeaks(): void {
  let before: readonly string[] = []
  beforeEach(() => {
    before = tracingFds()
  })
  afterEach(() => {
    expect(tracingFds(), 'descriptors open after the test').toEqual(before)
    expect(liveFds(), 'Fd objects that were not closed').toEqual([])
  })
}

/** Descriptors of BPF objects and perf events that this process has open, as `NUMBER WHAT`. */
export function tracingFds(): readonly string[] {
  return readdirSync('/proc/self/fd').flatMap((name) => {
    const target = targetOf(name)
    return /anon_inode:.*(bpf|perf)/.test(target) ? [`${name} ${target}`] : []
  })
}

/** The descriptor that lists the directory is gone by the time that its link is read. */
function targetOf(name: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${name}`)
  } catch {
    return ''
  }
}
