/**
 * What the C part at the head of a script makes known to what stands behind it.
 */
import type { CTypes } from '../../c/c-types.ts'

/** What the C part of a script makes known. */
export interface CDefinitions {
  readonly types: CTypes
  /** The text that a macro without arguments stands for; undefined for other names. */
  macroText(name: string): string | undefined
}
