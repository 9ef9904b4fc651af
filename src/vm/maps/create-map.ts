/**
 * The kinds of map that the machine has.
 */
import type { MapKind, MapSpec } from '../../spec/map-spec.ts'
import { ArrayMap } from './array-map.ts'
import { BloomFilterMap } from './bloom-filter-map.ts'
import { HashMap } from './hash-map.ts'
import { MapWithoutEntries } from './map-without-entries.ts'
import { PerfEventArrayMap } from './perf-event-array-map.ts'
import { ProgramArrayMap } from './program-array-map.ts'
import { QueueMap } from './queue-map.ts'
import { RingBufferMap } from './ring-buffer-map.ts'
import { StackTraceMap } from './stack-trace-map.ts'
import type { MapHome, VmMap } from './vm-map.ts'

/** What a kind of map is made of. */
interface VmMapKind {
  readonly create: (spec: MapSpec, home: MapHome) => VmMap
  /** Regions that it has at most, of values or reservations. */
  readonly regions: (spec: MapSpec, cpuCount: number) => number
}

const none = (): number => 0
const perEntry = ({ maxEntries }: MapSpec): number => maxEntries
const perEntryAndCpu = ({ maxEntries }: MapSpec, cpuCount: number): number => maxEntries * cpuCount
const array = (spec: MapSpec, home: MapHome): VmMap => new ArrayMap(spec, home)
const queue = (spec: MapSpec, home: MapHome): VmMap => new QueueMap(spec, home)
const hash = (spec: MapSpec, home: MapHome): VmMap => new HashMap(spec, home)

/** Reservations that may be open at once, with those whose numbers rest. */
const RESERVATIONS = 256

/** The cgroups are known to the task of the environment. */
class CgroupArrayMap extends MapWithoutEntries {}

const KINDS: Readonly<Record<MapKind, VmMapKind>> = {
  array: { create: array, regions: perEntry },
  percpu_array: { create: array, regions: perEntryAndCpu },
  hash: { create: hash, regions: perEntry },
  lru_hash: { create: hash, regions: perEntry },
  percpu_lru_hash: { create: hash, regions: perEntryAndCpu },
  percpu_hash: { create: hash, regions: perEntryAndCpu },
  ringbuf: { create: (spec, home) => new RingBufferMap(spec, home), regions: () => RESERVATIONS },
  stack_trace: { create: (spec) => new StackTraceMap(spec), regions: none },
  cgroup_array: { create: (spec) => new CgroupArrayMap(spec), regions: none },
  prog_array: { create: (spec) => new ProgramArrayMap(spec), regions: none },
  perf_event_array: { create: (spec, home) => new PerfEventArrayMap(spec, home), regions: none },
  queue: { create: queue, regions: none },
  stack: { create: queue, regions: none },
  bloom_filter: { create: (spec, home) => new BloomFilterMap(spec, home), regions: none },
}

/** Creates a map, with what it holds from the beginning; its memory is that of `home`. */
export function createVmMap(spec: MapSpec, home: MapHome): VmMap {
  const map = KINDS[spec.kind].create(spec, home)
  if (spec.contents !== undefined) map.update(new Uint8Array(spec.keySize), [spec.contents])
  return map
}

/** How many regions maps may have together. */
export function regionsOf(specs: readonly MapSpec[], cpuCount: number): number {
  return specs.reduce((sum, spec) => sum + KINDS[spec.kind].regions(spec, cpuCount), 0)
}
