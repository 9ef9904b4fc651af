/**
 * `borescope --info`: what this kernel can do, and what to do about what it cannot.
 */
import { existsSync } from 'node:fs'
import { arch, release, version } from 'node:os'
import { findKernelTypes } from '../kernel/btf/kernel-types.ts'
import { FEATURES, type FeatureName, kernelFeatures } from '../kernel/features/features.ts'
import { printText } from './standard-streams.ts'

const PMUS = '/sys/bus/event_source/devices'

/** A kind of probe that not every kernel has. */
interface Kind {
  readonly name: string
  readonly isThere: () => boolean
  readonly remedy: string
}

const KINDS: readonly Kind[] = [
  { name: 'uprobe, uretprobe, usdt', isThere: () => existsSync(`${PMUS}/uprobe`), remedy: 'a kernel with CONFIG_UPROBE_EVENTS' },
  {
    name: 'kprobe, kretprobe',
    isThere: () => existsSync(`${PMUS}/kprobe`),
    remedy: 'a kernel with CONFIG_KPROBE_EVENTS; tracepoints see much of the same',
  },
  {
    name: 'tracepoint',
    isThere: () => ['/sys/kernel/tracing/events', '/sys/kernel/debug/tracing/events'].some((path) => existsSync(path)),
    remedy: 'mount -t tracefs tracefs /sys/kernel/tracing, as root',
  },
  {
    name: 'rawtracepoint, types of the kernel',
    isThere: () => findKernelTypes() !== undefined,
    remedy: 'a kernel with CONFIG_DEBUG_INFO_BTF',
  },
  {
    name: 'hardware',
    isThere: () => ['cpu', 'cpu_core'].some((pmu) => existsSync(`${PMUS}/${pmu}`)),
    remedy: 'a machine (or virtual machine) with counters; software:cpu-clock and profile sample by time',
  },
]

/** Prints the report; answers 0. */
export function runInfo(): number {
  const features = kernelFeatures()
  const names = Object.keys(FEATURES) as FeatureName[]
  printText([
    'System',
    `  OS: Linux ${release()} ${version()}`,
    `  Arch: ${arch() === 'x64' ? 'x86_64' : arch()}`,
    '',
    'Probe types',
    ...KINDS.map(({ name, isThere, remedy }) => line(name, isThere(), `needs ${remedy}`)),
    '',
    'Kernel features',
    ...names.map((name) => line(`${name} (${FEATURES[name].title})`, features.has(name), `comes with Linux ${FEATURES[name].since}`)),
  ])
  return 0
}

function line(what: string, isThere: boolean, otherwise: string): string {
  return isThere ? `  ${what}: yes` : `  ${what}: no; ${otherwise}`
}
