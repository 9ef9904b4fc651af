import { describe, expect, it } from 'vitest'
import type { Frame, Value } from '../spec/value.ts'
import { jsonKey, jsonValue } from './json-value.ts'
import { keyText, valueText } from './value-text.ts'

const FRAMES: readonly Frame[] = [{ address: 0x401139n, symbol: 'leaf', offset: 0n, path: '/bin/x' }, { address: 0x7fn }, { address: 0n }]
const asItIs = (text: string) => text

type Stack = Extract<Value, { kind: 'stack' }>
const stack = (mode: Stack['mode'], space: Stack['space'] = 'user'): Stack => ({ kind: 'stack', mode, space, frames: FRAMES })

// As bpftrace 0.27 prints them.
it.each<[string, Stack, string]>([
  ['its own form', stack('bpftrace'), '\n        leaf+0\n        0x7f\n        0\n'],
  ['perf, of a process', stack('perf'), '\n\t401139 leaf+0 (/bin/x)\n\t7f 0x7f ([unknown])\n\t0 0 ([unknown])\n'],
  ['perf, of the kernel', stack('perf', 'kernel'), '\n\t401139 leaf+0\n\t7f 0x7f\n\t0 0\n'],
  ['addresses', stack('raw'), '\n401139\n7f\n0\n'],
  ['no frames', { ...stack('raw'), frames: [] }, '\n'],
])('%s', (_, value, text) => expect(valueText(value, asItIs)).toBe(text))

it('build IDs stand with the place in the file', () => {
  const frames: readonly Frame[] = [{ address: 0x401139n, symbol: 'leaf', build: { id: 'ab01', fileOffset: 0x1139 } }, { address: 0x7fn }]
  expect(valueText({ ...stack('build_id'), frames }, asItIs)).toBe('\nab01 0x1139\n7f\n')
})

describe('places and inlined calls', () => {
  const place = { path: '/bin/x', file: '/src/x.c', line: 7 }
  const frames: readonly Frame[] = [
    { address: 0x401139n, symbol: 'small', ...place, inlined: true },
    { address: 0x401139n, symbol: 'leaf', offset: 9n, ...place, line: 12 },
    { address: 0x7fn, missing: 'no file is mapped there' },
  ]
  it.each<[Stack['mode'], string]>([
    ['bpftrace', '\n        [inlined] small@/src/x.c:7\n        leaf+9@/src/x.c:12\n        0x7f\n'],
    ['perf', '\n\t401139 small (inlined)\n\t401139 leaf+9 (/bin/x)\n\t7f 0x7f ([unknown])\n'],
    ['raw', '\n401139\n7f\n'],
    ['build_id', '\n401139\n7f\n'],
  ])('%s', (mode, text) => expect(valueText({ ...stack(mode), frames }, asItIs)).toBe(text))
})

it('stands in keys with its line feeds, and without spaces in JSON', () => {
  const key: Value = { kind: 'tuple', items: [stack('perf'), { kind: 'string', value: 'x', truncated: false }] }
  expect(keyText(key, asItIs)).toBe('\n\t401139 leaf+0 (/bin/x)\n\t7f 0x7f ([unknown])\n\t0 0 ([unknown])\n, x')
  expect(jsonKey(stack('bpftrace'))).toBe('\nleaf+0\n0x7f\n0\n')
  expect(jsonValue(stack('raw'))).toBe('"\\n401139\\n7f\\n0\\n"')
})
