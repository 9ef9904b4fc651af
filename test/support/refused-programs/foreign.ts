/**
 * Programs of types that borescope does not load (socket filters, XDP), for complaints that no other type gets.
 */
import { callFunction, exit, immediate, jump, load, mov64, register, store } from '../../../src/format/asm/construct.ts'
import { END } from '../programs.ts'
import type { ForeignProgram } from './parts.ts'
import { at, stackAddress } from './parts.ts'

const XDP = 6
const SOCKET_FILTER = 1

/** Refused to everybody. */
export const FOREIGN_PROGRAMS: readonly ForeignProgram[] = [
  {
    name: 'a packet of unknown length',
    code: 'out-of-bounds-packet',
    type: XDP,
    instructions: [load(2, at(1, 0, 4)), load(0, at(2, 0, 1)), exit()],
  },
  {
    name: 'the stacks of two functions',
    code: 'stack-too-large',
    type: XDP,
    instructions: [store(at(10, -400), immediate(0)), callFunction(1), exit(), store(at(10, -400), immediate(0)), ...END],
  },
  { name: 'a raw tracepoint that may sleep', code: 'not-sleepable', type: 17, sleepable: true, instructions: END },
]

/** Refused to who has CAP_BPF and not CAP_PERFMON. */
export const UNPRIVILEGED_PROGRAMS: readonly ForeignProgram[] = [
  { name: 'an address as the result', code: 'missing-privilege', type: SOCKET_FILTER, instructions: [mov64(0, register(1)), exit()] },
  {
    name: 'a comparison of addresses',
    code: 'missing-privilege',
    type: SOCKET_FILTER,
    instructions: [jump('jlt', { dst: 10, source: register(1) }, 0), ...END],
  },
  { name: 'an address beyond the stack', code: 'missing-privilege', type: SOCKET_FILTER, instructions: [...stackAddress(1, 8), ...END] },
  { name: 'stack that was never written', code: 'uninitialised-stack', type: SOCKET_FILTER, instructions: [load(0, at(10, -8)), exit()] },
]
