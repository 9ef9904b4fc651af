/**
 * The C part at the head of a script, to the parser of what stands behind it. Who reads it is `c-section.ts`, which is loaded for the
 * scripts that have one.
 */
import type { CDefinitions } from './c-definitions.ts'
import type { TokenStream } from './token-stream.ts'

/** Reads the C part of one script. */
export interface CReader {
  /** Takes the preprocessor line or the definition that the stream stands at. Throws `SyntaxFailure`. */
  take(stream: TokenStream): void
  /** What all that was taken makes known. Throws `SyntaxFailure`. */
  finish(): CDefinitions
}

/** True where a preprocessor line or a definition begins. */
export function beginsC({ text, offset }: TokenStream): boolean {
  return /^(#|(struct|union|enum)\s)/.test(text.slice(offset, offset + 'struct '.length))
}

/** False for a script that surely has no C in it. */
export function mayHaveC(text: string): boolean {
  return /(?<!\$)#(?!!)|\b(struct|union|enum)\s/.test(text)
}
