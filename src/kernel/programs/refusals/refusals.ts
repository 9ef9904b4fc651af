/**
 * The table of refusals, and finding the one that a complaint is. The wording of the log is no promise: what no row matches
 * is `unknown`, and the complaint itself is always shown.
 */
import { CALL_REFUSALS } from './calls.ts'
import { FORM_REFUSALS, VERIFIER_BUG } from './form.ts'
import { MEMORY_REFUSALS } from './memory.ts'
import type { RefusalClass } from './refusal-class.ts'

/** All rows; the first that matches counts. */
export const REFUSALS: readonly RefusalClass[] = [VERIFIER_BUG, ...MEMORY_REFUSALS, ...CALL_REFUSALS, ...FORM_REFUSALS]

const UNKNOWN: RefusalClass = {
  code: 'unknown',
  pattern: /(?:)/,
  what: 'does something that the verifier will not have',
  why: 'this complaint of the verifier is not one that borescope knows',
  remedy: 'read the log of the verifier (run with -v)',
}

/** The row for a complaint. */
export function classifyRefusal(complaint: string): RefusalClass {
  return REFUSALS.find((row) => matches(row, complaint)) ?? UNKNOWN
}

function matches({ pattern, when }: RefusalClass, complaint: string): boolean {
  const match = pattern.exec(complaint)
  return match !== null && (when === undefined || when(match))
}
