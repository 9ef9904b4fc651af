/**
 * Probes that compile and that the kernel then refuses to attach: an error, or by the setting `missing_probes` a warning or nothing.
 */
import { BorescopeError, PermissionError, UsageError } from '../../base/errors.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import { toByteString } from '../../spec/byte-string.ts'
import type { Link } from '../../spec/executor.ts'
import type { ByteSink } from './script-options.ts'

/** The setting. */
export type MissingProbes = 'error' | 'warn' | 'ignore'

/** Attaches; undefined for a probe that is refused and may be missing. Throws `UsageError` for one that may not. */
export function attachOrSkip(
  attach: () => Link,
  point: AttachPoint,
  { missing, err }: { readonly missing: MissingProbes; readonly err: ByteSink },
): Link | undefined {
  try {
    return attach()
  } catch (cause) {
    const mayBeMissing = 'name' in point && cause instanceof BorescopeError && !(cause instanceof PermissionError)
    if (!mayBeMissing) throw cause
    if (missing === 'error') throw refusal(point.name, cause)
    if (missing === 'warn') err.write(toByteString(`WARNING: Unable to attach probe: ${point.name}. Skipping.\n`))
    return undefined
  }
}

function refusal(name: string, cause: BorescopeError): UsageError {
  const message = `Unable to attach probe: ${name}. If this is expected, set the 'missing_probes' config variable to 'warn'.`
  const remedy = cause.remedy === undefined ? cause.message : `${cause.message}; ${cause.remedy}`
  return new UsageError(message, { remedy, cause })
}
