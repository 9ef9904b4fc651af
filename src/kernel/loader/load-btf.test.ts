/**
 * How BTF is handed to a kernel that only remembers, and what happens when it will not have it.
 */
import { expect, test } from 'vitest'
import { type Answer, type AskedMemory, descriptors, onFakeKernel } from '../../../test/support/fake-kernel.ts'
import { counterMap, END, object, program } from '../../../test/support/programs.ts'
import { sourceText } from '../../base/source-text.ts'
import type { MapSpec } from '../../spec/map-spec.ts'
import { INT64 } from '../../spec/types/type.ts'
import { createKernelExecutor } from './kernel-executor.ts'

const MAP_CREATE = 0
const PROG_LOAD = 5
const BTF_LOAD = 18

const seen: MapSpec = { name: '@h', kind: 'hash', keySize: 8, valueSize: 8, maxEntries: 1, types: { key: INT64, value: INT64 } }
const spanned = END.map((instruction) => ({ ...instruction, span: { start: 0, end: 1 } }))
const spec = object([seen, counterMap('own')], [{ ...program('kprobe', spanned), source: sourceText('a.bt', 'text') }])

function load(answer: Answer, disabledFeatures: readonly string[] = []) {
  const calls = onFakeKernel(answer, () => createKernelExecutor({ disabledFeatures }).load(spec, { constants: new Map() }).close())
  const asked = (command: number) =>
    calls.filter(({ name, args }) => name === 'bpf' && args[0] === command).map(({ args }) => args[1] as AskedMemory)
  return { calls, maps: asked(MAP_CREATE), programs: asked(PROG_LOAD), btfs: asked(BTF_LOAD) }
}

const wordsAt = ({ bytes }: AskedMemory, ...offsets: number[]) => offsets.map((at) => new DataView(bytes.buffer).getUint32(at, true))

/** BTF gets descriptor 50, everything else one from 100 on. */
function btfIs50(errno?: string): Answer {
  const others = descriptors()
  return (name, args) =>
    name === 'bpf' && args[0] === BTF_LOAD ? (errno === undefined ? { value: 50 } : { value: -1, errno }) : others(name, args)
}

test('maps that the user sees name their types, programs their functions and lines; the BTF is closed afterwards', () => {
  const { calls, maps, programs, btfs } = load(btfIs50())
  expect(btfs.at(-1)?.pointers.get(0)?.length).toBe(wordsAt(btfs.at(-1)!, 16)[0])
  expect(maps.map((map) => wordsAt(map, 48, 52, 56))).toEqual([
    [50, 1, 1],
    [0, 0, 0],
  ])
  const [loaded] = programs
  expect(wordsAt(loaded!, 72, 76, 88, 92, 104)).toEqual([50, 8, 1, 16, 1])
  expect(loaded!.pointers.get(80)?.length).toBe(8)
  expect(loaded!.pointers.get(96)?.length).toBe(16)
  const closed = calls.filter(({ name }) => name === 'close').map(({ args }) => args[0])
  expect(closed.filter((fd) => fd === 50)).not.toHaveLength(0)
  expect(closed.indexOf(50)).toBeLessThan(closed.indexOf(100))
})

test.for<[name: string, answer: Answer, disabled: readonly string[]]>([
  ['switched off', btfIs50(), ['btf']],
  ['refused', btfIs50('EPERM'), []],
])('BTF that is %s is done without', ([, answer, disabled]) => {
  const { maps, programs } = load(answer, disabled)
  expect(maps.map((map) => wordsAt(map, 48, 52, 56))).toEqual([
    [0, 0, 0],
    [0, 0, 0],
  ])
  expect(programs.map(({ bytes }) => bytes.length)).toEqual([72])
})
