/**
 * Byte strings: how text travels from traced programs and script literals to the output. Each character (0..255) of a byte
 * string is one byte, so that what is not valid UTF-8 passes unharmed. Files and terminals get them as Latin-1 bytes.
 */

/** The UTF-8 bytes of ordinary (UTF-16) text as a byte string; for script text, such as the literals of a `printf`. */
export function toByteString(text: string): string {
  if (/^[\0-\x7f]*$/.test(text)) return text
  let bytes = ''
  for (const byte of encoder.encode(text)) bytes += String.fromCharCode(byte)
  return bytes
}

/** Reads a byte string as UTF-8; bytes that are not become U+FFFD. */
export function fromByteString(bytes: string): string {
  return decoder.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)))
}

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
