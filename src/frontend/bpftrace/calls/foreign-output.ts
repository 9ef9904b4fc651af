/**
 * `system` and `cat`: commands and files whose text the session shows.
 */
import { NO_VALUE } from '../lower/value.ts'
import type { Call } from './call.ts'
import { checkFormatted, FORMATTED_ARITY, formatOf, formattedFields } from './formatted.ts'
import { checkAllowed } from './unsafe.ts'

/** `system(format, ...)`: runs a shell command; only with `--unsafe`. */
export const system: Call = {
  arity: FORMATTED_ARITY,
  kind: 'action',
  check(checker, call) {
    checkAllowed(checker, call)
    return checkFormatted(checker, call)
  },
  lower(lowering, call) {
    lowering.send({ kind: 'system', format: formatOf(lowering, call) }, formattedFields(lowering, call))
    return NO_VALUE
  },
}

/** `cat(format, ...)`: shows a file, `max_cat_bytes` of it at most. */
export const cat: Call = {
  arity: FORMATTED_ARITY,
  kind: 'action',
  check: checkFormatted,
  lower(lowering, call) {
    lowering.send({ kind: 'cat', format: formatOf(lowering, call), most: lowering.config.maxCatBytes }, formattedFields(lowering, call))
    return NO_VALUE
  },
}
