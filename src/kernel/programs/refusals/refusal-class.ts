/**
 * What a kind of refusal by the verifier is: how it is known by the words of the log, and what to tell a user about it.
 */

/** A row of the table of refusals. */
export interface RefusalClass {
  /** Stable and in words; tests and tools match it. */
  readonly code: string
  /** Matches the complaint: what the log says behind the last instruction, as one line. */
  readonly pattern: RegExp
  /** Where the words alone do not tell. */
  readonly when?: (match: RegExpExecArray) => boolean
  /** What the program does that it must not; follows "the kernel's verifier refused program x: it ...". */
  readonly what: string
  /** Why the kernel will not have it. */
  readonly why: string
  /** What the user can do; absent where only a report helps. */
  readonly remedy?: string
}
