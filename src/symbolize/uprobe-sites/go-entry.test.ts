import { expect, test } from 'vitest'
import { findGoEntry } from './go-entry.ts'

const code = (hex: string) => Uint8Array.from(hex.split(' ').map((byte) => Number.parseInt(byte, 16)))

// Prologues as the compilers wrote them, followed by a nop.
test.each([
  ['a small frame, Go 1.21', '49 3b 66 10 76 26 55 48 89 e5 90', 'after-stack-check', 6],
  ['a far morestack', '49 3b 66 10 0f 86 c0 00 00 00 55 48 89 e5 90', 'after-stack-check', 10],
  ['a frame over 128 bytes', '4c 8d 64 24 f8 4d 3b 66 10 76 27 55 90', 'after-stack-check', 11],
  ['a frame over 256 bytes', '4c 8d a4 24 78 ff ff ff 4d 3b 66 10 0f 86 00 01 00 00 55 90', 'after-stack-check', 18],
  ['a frame over 4096 bytes', '49 89 e4 49 81 ec 80 0f 00 00 72 2a 4d 3b 66 10 76 24 55 90', 'after-stack-check', 18],
  ['the same, all far', '49 89 e4 49 81 ec 80 0f 00 00 0f 82 00 01 00 00 4d 3b 66 10 0f 86 00 01 00 00 55', 'after-stack-check', 26],
  ['on the system stack (stackguard1)', '49 3b 66 18 76 26 55 90', 'after-stack-check', 6],
  ['g from thread-local storage, Go 1.26', '64 4c 8b 34 25 f8 ff ff ff 4c 8d 64 24 f8 4d 3b 66 10 76 1e 55 90', 'after-stack-check', 20],
  ['the same in a PIE', '49 c7 c6 f8 ff ff ff 64 4d 8b 36 4c 8d 64 24 f8 4d 3b 66 10 76 27 55 90', 'after-stack-check', 22],
  ['Go 1.17 to 1.20: sub instead of push', '49 3b 66 10 76 40 48 83 ec 18 90', 'stack-check-branch', 4],
  ['the same, far', '49 3b 66 10 0f 86 40 01 00 00 48 83 ec 18', 'stack-check-branch', 4],
  ['the same, large', '4c 8d 64 24 f8 4d 3b 66 10 76 40 48 81 ec 88 00 00 00', 'stack-check-branch', 9],
  ['before Go 1.17', '64 48 8b 0c 25 f8 ff ff ff 48 3b 61 10 76 50 48 83 ec 18', 'stack-check-branch', 13],
  ['before Go 1.17, large', '64 48 8b 0c 25 f8 ff ff ff 48 8d 44 24 f8 48 3b 41 10 76 50 48', 'stack-check-branch', 18],
  ['no check: a leaf', '48 ff 05 21 8a 0a 00 c3', 'entry', 0],
  ['no check: push', '55 48 89 e5 90', 'entry', 0],
  ['a comparison that no jbe follows', '49 3b 66 10 74 26 55', 'entry', 0],
  ['lea without a check', '4c 8d 64 24 f8 55 48', 'entry', 0],
  ['cut off inside the branch', '49 3b 66 10 0f 86 40', 'entry', 0],
  ['cut off before the push', '49 3b 66 10 76', 'entry', 0],
])('%s', (_name, hex, placement, offset) => {
  expect(findGoEntry(code(hex))).toEqual({ placement, offset })
})
