/**
 * What xz has packed, in all the ways that it can, comes out as it went in; damage is said.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { FormatError } from '../../base/errors.ts'
import { decompressXz } from './xz.ts'

const MOST = 1 << 26
const pack = (bytes: Uint8Array, ...flags: string[]): Uint8Array =>
  new Uint8Array(execFileSync('xz', ['-c', ...flags], { input: bytes, maxBuffer: MOST }))

/** Numbers that look random and are the same each time. */
function noise(length: number): Uint8Array {
  let state = 7
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0
    return state >>> 24
  })
}
const encode = (text: string) => new TextEncoder().encode(text)

describe('comes out as it went in', () => {
  const CONTENTS: readonly (readonly [string, Uint8Array])[] = [
    ['nothing', new Uint8Array()],
    ['one byte', encode('x')],
    ['one byte, many times', new Uint8Array(300_000)],
    ['text', encode(Array.from({ length: 5000 }, (_, index) => `line ${index * index} of a text\n`).join(''))],
    ['noise, which is stored', noise(200_000)],
    ['noise and text by turns', encode('text '.repeat(40_000) + [...noise(100_000)].join(' '))],
    ['a program', new Uint8Array(readFileSync('/usr/bin/env'))],
  ]
  const FLAGS = [
    [],
    ['-0'],
    ['-9e'],
    ['--check=none'],
    ['--check=sha256', '--block-size=65536'],
    ['--lzma2=lc=0,lp=4,pb=0'],
    ['--lzma2=lc=4,pb=4'],
  ]
  it.each(CONTENTS.flatMap(([name, bytes]) => FLAGS.map((flags) => [name, flags.join(' '), bytes, flags] as const)))(
    '%s, packed with "%s"',
    (_, __, bytes, flags) => expect(Buffer.from(decompressXz(pack(bytes, ...flags), MOST)).equals(bytes)).toBe(true),
  )
})

describe('refused', () => {
  const packed = pack(encode('some text, some text, some other text'.repeat(50)))
  it.each([
    ['something else', encode('nothing of the kind')],
    ['another filter', pack(encode('text'), '--x86', '--lzma2')],
    ['a file that ends too early', packed.subarray(0, packed.length / 2)],
    ['more than is wanted', pack(new Uint8Array(1 << 20))],
  ])('%s', (_, bytes) => expect(() => decompressXz(bytes, 1 << 16)).toThrow(FormatError))

  it('or answered, whatever byte is damaged', () => {
    for (let at = 0; at < packed.length; at++) {
      const damaged = packed.slice()
      damaged[at] = (damaged[at] as number) ^ 0x55
      try {
        decompressXz(damaged, 1 << 16)
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError)
      }
    }
  })
})
