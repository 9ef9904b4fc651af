/**
 * Calls of functions of the kernel: numbers found in the kernel's BTF, for every type of program that we load.
 */
import { beforeEach, expect, test } from 'vitest'
import { NotSupportedError } from '../../src/base/errors.ts'
import { alu64, callKfunc, exit, immediate, jump, jumpAlways, load, mov64, register } from '../../src/format/asm/construct.ts'
import type { ProgramType } from '../../src/spec/program-spec.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { withObject } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { object, program } from '../support/programs.ts'

watchFdLeaks()
beforeEach((context) => needs(context, 'root'))

const iterator = [mov64(1, register(10)), alu64('add', 1, immediate(-8))]

/** r6 = the sum of the numbers from 3 up to 9, counted by the kernel. */
const sum = [
  ...[mov64(6, immediate(0)), ...iterator, mov64(2, immediate(3)), mov64(3, immediate(10)), callKfunc('bpf_iter_num_new')],
  ...[...iterator, callKfunc('bpf_iter_num_next'), jump('jeq', { dst: 0, source: immediate(0) }, 3)],
  ...[load(0, { base: 0, offset: 0, bytes: 4 }), alu64('add', 6, register(0)), jumpAlways(-7)],
  ...[...iterator, callKfunc('bpf_iter_num_destroy'), mov64(0, register(6)), exit()],
]

test('an open-coded iterator counts', async (context) => {
  needs(context, { feature: 'test_run' })
  await withObject(object([], [program('raw_tracepoint', sum)]), (loaded) => expect(loaded.run('test')).toBe(42))
})

test.for<ProgramType>(['kprobe', 'tracepoint', 'perf_event', 'raw_tracepoint'])('programs of type %s may iterate', async (type) => {
  await withObject(object([], [program(type, sum)]), () => {})
})

test('a function that the kernel has not is named', async () => {
  const spec = object([], [program('raw_tracepoint', [callKfunc('bpf_iter_nothing_new'), exit()])])
  await expect(withObject(spec, () => {})).rejects.toThrow(NotSupportedError)
  await expect(withObject(spec, () => {})).rejects.toThrow(
    'calling bpf_iter_nothing_new is not supported here: this kernel has no function of that name',
  )
})
