/**
 * Programs that are refused for their size and form.
 */
import {
  alu32,
  alu64,
  callFunction,
  exit,
  immediate,
  jump,
  jumpAlways,
  loadFunction,
  mov64,
  register,
} from '../../../src/format/asm/construct.ts'
import type { Register } from '../../../src/format/asm/instruction.ts'
import { call, END } from '../programs.ts'
import type { RefusedProgram } from './parts.ts'
import { map, valueIn } from './parts.ts'

const chain = Array.from({ length: 9 }, () => [callFunction(1), exit()]).flat()
const callback = (result: number): Pick<RefusedProgram, 'instructions' | 'functions'> => ({
  instructions: [
    ...[mov64(1, immediate(1)), loadFunction(2, 6), mov64(3, immediate(0)), mov64(4, immediate(0)), call('loop'), ...END],
    ...[mov64(0, immediate(0)), mov64(0, immediate(result)), exit()],
  ],
  functions: [
    { name: 'main', start: 0, parameterCount: 1 },
    { name: 'round', start: 8, parameterCount: 2 },
  ],
})

/** Programs that are refused for their size and form. */
export const FORM_PROGRAMS: readonly RefusedProgram[] = [
  {
    name: 'a loop that changes nothing',
    code: 'unbounded-loop',
    instructions: [mov64(0, immediate(0)), jump('jeq', { dst: 0, source: immediate(0) }, -1), exit()],
    slot: 1,
  },
  {
    name: 'a loop of two million rounds',
    code: 'too-complex',
    instructions: [
      mov64(0, immediate(0)),
      alu64('add', 0, immediate(1)),
      jump('jlt', { dst: 0, source: immediate(2_000_000) }, -2),
      ...END,
    ],
    slot: 1,
  },
  {
    name: 'a doubled address',
    code: 'pointer-arithmetic',
    instructions: [mov64(1, register(10)), alu64('mul', 1, immediate(2)), ...END],
    slot: 1,
  },
  {
    name: 'a masked address',
    code: 'pointer-arithmetic',
    instructions: [mov64(1, register(10)), alu64('and', 1, immediate(-8)), ...END],
    slot: 1,
  },
  {
    name: 'half of an address computed with',
    code: 'pointer-arithmetic',
    instructions: [mov64(1, register(10)), alu32('add', 1, immediate(2)), ...END],
    slot: 1,
  },
  {
    name: 'the sum of two addresses',
    code: 'pointer-arithmetic',
    instructions: [mov64(1, register(10)), alu64('add', 1, register(10)), ...END],
    slot: 1,
  },
  {
    name: 'an address subtracted from a number',
    code: 'pointer-arithmetic',
    instructions: [mov64(1, immediate(0)), alu64('sub', 1, register(10)), ...END],
    slot: 1,
  },
  {
    name: 'an address beside a map',
    code: 'pointer-arithmetic',
    instructions: [map(1, 'hash'), alu64('add', 1, immediate(8)), ...END],
    slot: 2,
  },
  {
    name: 'an address far away',
    code: 'pointer-arithmetic',
    instructions: [valueIn(1, 'array'), alu64('add', 1, immediate(0x7fff_ffff)), ...END],
    slot: 2,
  },
  {
    name: 'a register too many',
    code: 'invalid-instruction',
    instructions: [{ ...mov64(0, immediate(0)), dst: 11 as Register }, ...END],
    slot: 0,
  },
  {
    name: 'an opcode that there is not',
    code: 'invalid-instruction',
    instructions: [{ ...mov64(0, immediate(0)), opcode: 0xff }, ...END],
    slot: undefined,
  },
  {
    name: 'a shift by 64',
    code: 'invalid-instruction',
    instructions: [mov64(0, immediate(1)), alu64('lsh', 0, immediate(64)), exit()],
    slot: 1,
  },
  {
    name: 'a division by zero',
    code: 'invalid-instruction',
    instructions: [mov64(0, immediate(1)), alu64('div', 0, immediate(0)), exit()],
    slot: 1,
  },
  { name: 'a callback that nothing describes', code: 'missing-btf', instructions: callback(0).instructions, slot: 1 },
  { name: 'a callback that answers 5', code: 'result', ...callback(5), slot: 10 },
  { name: 'nine functions deep', code: 'calls-too-deep', instructions: [...chain, ...END], slot: 14 },
  { name: 'recursion', code: 'calls-too-deep', instructions: [callFunction(1), exit(), callFunction(-1), exit()], slot: 2 },
  { name: 'code that is never reached', code: 'unreachable-code', instructions: [...END, ...END], slot: 2 },
  { name: 'a jump out of the program', code: 'invalid-jump', instructions: [jumpAlways(100), ...END], slot: 0 },
  { name: 'no end', code: 'invalid-jump', instructions: [mov64(0, immediate(0))], slot: undefined },
  { name: 'a write to the frame pointer', code: 'invalid-instruction', instructions: [mov64(10, immediate(0)), ...END], slot: 0 },
  { name: 'a field that must be zero', code: 'invalid-instruction', instructions: [{ ...exit(), imm: 1n }], slot: 0 },
]
