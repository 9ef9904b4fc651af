/**
 * Where tracefs is. Small machines boot without mounting it; root may mount it where every tool expects it.
 */
import { existsSync } from 'node:fs'
import { NotSupportedError } from '../../base/errors.ts'
import { cString } from '../sys/struct.ts'
import { syscall } from '../sys/syscall.ts'

const PLACES = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'] as const

/** The root of tracefs; `undefined` when it is not mounted or may not be read. */
export function findTracefs(): string | undefined {
  return PLACES.find((path) => existsSync(`${path}/events`))
}

/** The root of tracefs, mounted at its usual place when it was not yet. Throws `NotSupportedError`. */
export function getTracefs(): string {
  return findTracefs() ?? mountTracefs()
}

function mountTracefs(): string {
  const [path] = PLACES
  const text = (value: string) => ({ bytes: cString(value), keep: [] })
  const { errno } = syscall('mount', [text('tracefs'), text(path), text('tracefs'), 0, 0])
  if (errno !== undefined && errno !== 'EBUSY')
    throw new NotSupportedError('tracepoints', {
      detail: `tracefs is not mounted, and mounting it failed with ${errno}`,
      remedy: `as root: mount -t tracefs tracefs ${path}`,
    })
  return path
}
