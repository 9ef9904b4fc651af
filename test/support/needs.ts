/**
 * What a test needs of the machine. A missing thing skips the test with its reason; but a kernel that is new enough to
 * have a feature must have it, so that a skip cannot hide a probe that answers wrongly.
 */
import { existsSync } from 'node:fs'
import type { TestContext } from 'vitest'
import { FEATURES, type FeatureName, kernelFeatures } from '../../src/kernel/features/features.ts'
import { isAtLeast, parseKernelVersion, readKernelVersion } from '../../src/kernel/procfs/kernel-version.ts'
import { findCgroup2Path } from '../../src/kernel/procfs/mounts.ts'

/** Something that a test cannot run without: root, cgroup v2, a program in `$PATH`, or a feature of the kernel. */
export type Need = 'root' | 'cgroup2' | { readonly command: string } | { readonly feature: FeatureName }

/** Skips the running test when something is missing; fails it when the kernel ought to have it. */
export function needs(context: TestContext, ...wanted: readonly Need[]): void {
  for (const need of wanted) {
    const missing = findMissing(need)
    if (missing !== undefined) context.skip(missing)
  }
}

function findMissing(need: Need): string | undefined {
  if (need === 'root') return process.getuid?.() === 0 ? undefined : 'needs root'
  if (need === 'cgroup2') return findCgroup2Path() === undefined ? 'needs a cgroup v2 mount' : undefined
  if ('command' in need) return hasCommand(need.command) ? undefined : `needs ${need.command} in $PATH`
  return findMissingFeature(need.feature)
}

function findMissingFeature(name: FeatureName): string | undefined {
  if (kernelFeatures().has(name)) return undefined
  const { title, since } = FEATURES[name]
  if (isAtLeast(readKernelVersion(), parseKernelVersion(since)))
    throw new Error(`${title} came with Linux ${since}, and this kernel lacks it`)
  return `needs ${title} (Linux ${since})`
}

/** True when a program of this name is in `$PATH`. */
export function hasCommand(name: string): boolean {
  return (process.env.PATH ?? '').split(':').some((directory) => existsSync(`${directory}/${name}`))
}
