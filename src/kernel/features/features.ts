/**
 * The table of features, and the answers. A feature is tried the first time that somebody asks; the answer holds for the
 * process. `--no-feature NAME` makes one look missing.
 */
import { NotSupportedError, UsageError } from '../../base/errors.ts'
import { BTF } from './btf.ts'
import type { Feature } from './feature.ts'
import { ATOMIC_FETCH, ISA_V2, ISA_V3, ISA_V4 } from './instructions.ts'
import { PERF_EVENT_LINK, SLEEPABLE_UPROBE, UPROBE_MULTI } from './links.ts'
import { MAP_BATCH, MAPPABLE_ARRAY, RING_BUFFER } from './maps.ts'
import { ATTACH_COOKIE, BOOT_CLOCK, FUNCTION_IP, RUN_TIME_STATS, TEST_RUN } from './programs.ts'
import { STACK_TABLES } from './stack-tables.ts'

/** Every feature that something depends on, by the name that `--no-feature` takes. */
export const FEATURES = {
  uprobe_multi: UPROBE_MULTI,
  sleepable_uprobe: SLEEPABLE_UPROBE,
  perf_event_link: PERF_EVENT_LINK,
  ringbuf: RING_BUFFER,
  map_batch: MAP_BATCH,
  mmapable_array: MAPPABLE_ARRAY,
  attach_cookie: ATTACH_COOKIE,
  func_ip: FUNCTION_IP,
  boot_clock: BOOT_CLOCK,
  test_run: TEST_RUN,
  run_time_stats: RUN_TIME_STATS,
  btf: BTF,
  isa_v2: ISA_V2,
  isa_v3: ISA_V3,
  isa_v4: ISA_V4,
  atomic_fetch: ATOMIC_FETCH,
  stack_tables: STACK_TABLES,
} as const satisfies Record<string, Feature>

/** A name of the table. */
export type FeatureName = keyof typeof FEATURES

/** Answers what the kernel can do. */
export interface Features {
  has(name: FeatureName): boolean
  /** False when the feature is switched off, or was tried and is missing. Tries nothing: for what says so itself when it is refused. */
  mayHave(name: FeatureName): boolean
  /** Throws `NotSupportedError` that names the feature and its kernel, unless the kernel has it. */
  require(name: FeatureName): void
}

const probed = new Map<FeatureName, boolean>()

/** The features of the running kernel, less `disabled`. Throws `UsageError` for a name that is no feature. */
export function kernelFeatures(disabled: readonly string[] = []): Features {
  for (const name of disabled) checkName(name)
  const has = (name: FeatureName) => !disabled.includes(name) && probeOnce(name)
  return {
    has,
    mayHave: (name) => !disabled.includes(name) && probed.get(name) !== false,
    require(name) {
      if (has(name)) return
      const { title, since } = FEATURES[name]
      throw new NotSupportedError(title, disabled.includes(name) ? { detail: `switched off by --no-feature ${name}` } : { since })
    },
  }
}

function probeOnce(name: FeatureName): boolean {
  const known = probed.get(name)
  if (known !== undefined) return known
  const answer = FEATURES[name].probe()
  probed.set(name, answer)
  return answer
}

function checkName(name: string): void {
  if (!Object.hasOwn(FEATURES, name))
    throw new UsageError(`no feature is called ${name}`, { remedy: `features are ${Object.keys(FEATURES).join(', ')}` })
}
