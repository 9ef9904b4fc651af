/**
 * Which capabilities this process has, so that a refusal can name the one that is missing. See capabilities(7).
 */
import { readFileSync } from 'node:fs'

/** Bit numbers of include/uapi/linux/capability.h. */
const BITS = { CAP_DAC_OVERRIDE: 1, CAP_DAC_READ_SEARCH: 2, CAP_SYS_PTRACE: 19, CAP_SYS_ADMIN: 21, CAP_PERFMON: 38, CAP_BPF: 39 } as const

/** A capability that tracing may need. */
export type Capability = keyof typeof BITS

/** The capabilities in a `CapEff:` mask of `/proc/PID/status`. */
export function parseCapabilities(status: string): ReadonlySet<Capability> {
  const mask = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0'}`)
  const names = Object.keys(BITS) as Capability[]
  return new Set(names.filter((name) => (mask & (1n << BigInt(BITS[name]))) !== 0n))
}

/**
 * Those of `wanted` that this process lacks. CAP_SYS_ADMIN stands for CAP_BPF and CAP_PERFMON, as the kernel has it.
 */
export function missingCapabilities(
  wanted: readonly Capability[],
  held: ReadonlySet<Capability> = parseCapabilities(readFileSync('/proc/self/status', 'latin1')),
): readonly Capability[] {
  const covered = (name: Capability) => held.has(name) || (held.has('CAP_SYS_ADMIN') && (name === 'CAP_BPF' || name === 'CAP_PERFMON'))
  return wanted.filter((name) => !covered(name))
}
