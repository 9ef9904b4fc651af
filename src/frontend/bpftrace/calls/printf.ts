/**
 * `printf`: a record of the arguments, rendered by the session.
 */
import { NO_VALUE } from '../lower/value.ts'
import type { Call } from './call.ts'
import { checkFormatted, FORMATTED_ARITY, formatOf, formattedFields } from './formatted.ts'

/** `printf(format, ...)`. */
export const printf: Call = {
  arity: FORMATTED_ARITY,
  kind: 'action',
  check: checkFormatted,
  lower(lowering, call) {
    lowering.send({ kind: 'printf', format: formatOf(lowering, call) }, formattedFields(lowering, call))
    return NO_VALUE
  },
}
