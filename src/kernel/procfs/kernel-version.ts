/**
 * The version of the running kernel. For messages, and for a skipped test to prove itself; never to guess a feature.
 */
import { readFileSync } from 'node:fs'
import { FormatError } from '../../base/errors.ts'

/** Major and minor number. */
export type KernelVersion = readonly [major: number, minor: number]

/** Reads `6.18.44-generic` or `5.8`. Throws `FormatError`. */
export function parseKernelVersion(text: string): KernelVersion {
  const found = /^(\d+)\.(\d+)/.exec(text)
  if (found === null) throw new FormatError('kernel version', `"${text}" does not begin with two numbers`)
  return [Number(found[1]), Number(found[2])]
}

/** True when `version` is `since` or newer. */
export function isAtLeast(version: KernelVersion, since: KernelVersion): boolean {
  return version[0] !== since[0] ? version[0] > since[0] : version[1] >= since[1]
}

/** The running kernel's version. */
export function readKernelVersion(): KernelVersion {
  return parseKernelVersion(readFileSync('/proc/sys/kernel/osrelease', 'utf8'))
}
