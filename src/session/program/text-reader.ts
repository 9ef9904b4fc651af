/**
 * Bounded text in records. Names come again and again (commands, methods, routes): short ones are looked up by their bytes
 * in a small table before a new string is made of them.
 */
import type { ValueReader } from './codec.ts'

const decoder = new TextDecoder()
/** Texts remembered by one reader; a power of two. */
const SLOTS = 256
/** Beyond this many bytes, comparing costs as much as decoding. */
const LONGEST_REMEMBERED = 64

/** A reader of text in `size` bytes, which ends at the first NUL. */
export function textReader(size: number): ValueReader {
  return size % 4 === 0 && size <= LONGEST_REMEMBERED ? rememberingReader(size) : (view, at) => readText(view, at, size)
}

function rememberingReader(size: number): ValueReader {
  const words = size / 4
  const known = new Uint32Array(SLOTS * words)
  const texts: string[] = Array(SLOTS).fill('')
  return (view, at) => {
    let mixed = 0
    for (let word = 0; word < words; word++) mixed = Math.imul(mixed ^ view.getUint32(at + word * 4, true), 0x9e3779b1)
    const slot = (mixed ^ (mixed >>> 16)) & (SLOTS - 1)
    const first = slot * words
    let same = 0
    while (same < words && known[first + same] === view.getUint32(at + same * 4, true)) same++
    if (same === words) return texts[slot]
    for (let word = 0; word < words; word++) known[first + word] = view.getUint32(at + word * 4, true)
    const text = readText(view, at, size)
    texts[slot] = text
    return text
  }
}

function readText(view: DataView, at: number, size: number): string {
  const bytes = new Uint8Array(view.buffer, view.byteOffset + at, size)
  let length = 0
  let highest = 0
  for (; length < size && bytes[length] !== 0; length++) highest |= bytes[length] as number
  const text = bytes.subarray(0, length)
  if (highest < 0x80 && length <= LONGEST_REMEMBERED) return String.fromCharCode(...text)
  return decoder.decode(text)
}
