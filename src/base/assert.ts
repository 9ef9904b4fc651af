/**
 * Assertions about our own code. A failure here is a bug of borescope, never a mistake of the user:
 * mistakes in a program are diagnostics (`diagnostic.ts`), refusals by the world are the errors of `errors.ts`.
 */
import { InternalError } from './errors.ts'

/** Ends an exhaustive `switch`; does not compile while a kind is not handled. Throws `InternalError`. */
export function assertNever(value: never, what = 'kind'): never {
  throw new InternalError(`unexpected ${what}: ${JSON.stringify(value)}`)
}

/** Throws `InternalError` with `message` unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InternalError(message)
}
