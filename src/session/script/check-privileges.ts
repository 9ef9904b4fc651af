/**
 * What a run may not do without: asked for before anything else, so that a user without it reads which capability is
 * missing, and not which file could not be read.
 */
import { PermissionError } from '../../base/errors.ts'
import { missingCapabilities } from '../../kernel/sys/capabilities.ts'

/** Throws `PermissionError` unless this process may load programs and attach them. */
export function checkPrivileges(): void {
  const missing = missingCapabilities(['CAP_BPF', 'CAP_PERFMON'])
  if (missing.length > 0) throw new PermissionError('tracing', missing)
}
