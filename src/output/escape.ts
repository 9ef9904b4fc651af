/**
 * Control characters that a traced program put into its strings must not drive the user's terminal: they are shown as
 * `\xNN` instead. Only for terminals, and only for text that comes from traced programs; newline and tab pass.
 */

/** How text from traced programs is made fit for where it goes. */
export type TextFilter = (bytes: string) => string

/** The filter of a writer: escapes for terminals, leaves everything byte for byte elsewhere. */
export function textFilter(options: { readonly escapeControls: boolean }): TextFilter {
  return options.escapeControls ? escapeControls : (bytes) => bytes
}

/**
 * Escapes what a terminal could act on in a byte string: C0 controls but newline and tab, DEL, and C1 controls, be they the
 * UTF-8 form (`C2 80` to `C2 9F`) or bytes that are no UTF-8 at all. Well-formed characters pass.
 */
export function escapeControls(bytes: string): string {
  if (/^[\t\n\x20-\x7e]*$/.test(bytes)) return bytes
  return bytes.replace(WELL_FORMED_OR_BYTE, (part) => (part.length > 1 && !isC1(part) ? part : escapeBytes(part)))
}

/** Multi-byte UTF-8 sequences (Unicode 16, table 3-7), or else any byte that needs escaping. */
const WELL_FORMED_OR_BYTE = new RegExp(
  [
    '[\\xc2-\\xdf][\\x80-\\xbf]',
    '\\xe0[\\xa0-\\xbf][\\x80-\\xbf]',
    '[\\xe1-\\xec\\xee\\xef][\\x80-\\xbf]{2}',
    '\\xed[\\x80-\\x9f][\\x80-\\xbf]',
    '\\xf0[\\x90-\\xbf][\\x80-\\xbf]{2}',
    '[\\xf1-\\xf3][\\x80-\\xbf]{3}',
    '\\xf4[\\x80-\\x8f][\\x80-\\xbf]{2}',
    '[\\x00-\\x08\\x0b-\\x1f\\x7f-\\xff]',
  ].join('|'),
  'g',
)

function isC1(sequence: string): boolean {
  return sequence[0] === '\xc2' && sequence.charCodeAt(1) < 0xa0
}

function escapeBytes(bytes: string): string {
  return bytes.replace(/[\s\S]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`)
}
