/**
 * The forms of output that `-f` names: two that say everything a run has to say, as it happens, and those that are one profile
 * at its end.
 */

/** Forms that a writer writes (`create-writer.ts`). */
export type WriterFormat = 'text' | 'json'
/** Forms of a profile (`profile/encode-profile.ts`). */
export type ProfileFormat = 'pprof' | 'folded' | 'speedscope'
export type OutputFormat = WriterFormat | ProfileFormat

/** All, in the order of the help. */
export const OUTPUT_FORMATS: readonly OutputFormat[] = ['text', 'json', 'pprof', 'folded', 'speedscope']

/** True for the forms that are a profile. */
export function isProfileFormat(format: OutputFormat): format is ProfileFormat {
  return format !== 'text' && format !== 'json'
}
