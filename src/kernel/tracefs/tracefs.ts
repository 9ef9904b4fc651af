/**
 * Where tracefs is. Small machines boot without mounting it; root may mount it where every tool expects it.
 */
import { statSync } from 'node:fs'
import { NotSupportedError, PermissionError } from '../../base/errors.ts'
import { cString } from '../sys/struct.ts'
import { syscall } from '../sys/syscall.ts'

const PLACES = ['/sys/kernel/tracing', '/sys/kernel/debug/tracing'] as const

/** The root of tracefs, mounted at its usual place when it was not yet. Throws `PermissionError`, `NotSupportedError`. */
export function getTracefs(): string {
  const found = PLACES.map((path) => ({ path, state: stateOf(`${path}/events`) }))
  const readable = found.find(({ state }) => state === 'readable')
  if (readable !== undefined) return readable.path
  if (found.some(({ state }) => state === 'forbidden')) throw new PermissionError('reading tracefs', ['CAP_DAC_READ_SEARCH'])
  return mountTracefs()
}

function stateOf(path: string): 'readable' | 'forbidden' | 'absent' {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined ? 'absent' : 'readable'
  } catch {
    return 'forbidden'
  }
}

function mountTracefs(): string {
  const [path] = PLACES
  const text = (value: string) => ({ bytes: cString(value), keep: [] })
  const { errno } = syscall('mount', [text('tracefs'), text(path), text('tracefs'), 0, 0])
  // EBUSY: somebody else mounted it in the meantime.
  if (errno !== undefined && errno !== 'EBUSY')
    throw new NotSupportedError('tracing by tracepoints', {
      detail: `tracefs is not mounted, and mounting it failed with ${errno}`,
      remedy: `as root: mount -t tracefs tracefs ${path}`,
    })
  return path
}
