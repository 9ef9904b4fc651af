/**
 * Programs that are refused for what they read and write.
 */
import { alu32, alu64, exit, immediate, jump, load, mov64, register, store } from '../../../src/format/asm/construct.ts'
import { call, END } from '../programs.ts'
import type { RefusedProgram } from './parts.ts'
import { anything, at, lookup, map, reserve, stackAddress, submit, valueIn } from './parts.ts'

/** Programs that are refused for what they read and write. */
export const MEMORY_PROGRAMS: readonly RefusedProgram[] = [
  {
    name: 'a register that a call overwrote',
    code: 'uninitialised-register',
    instructions: [anything, mov64(0, register(1)), exit()],
    slot: 1,
  },
  {
    name: 'a register that one way does not write',
    code: 'uninitialised-register',
    instructions: [
      load(0, at(1, 112)),
      jump('jeq', { dst: 0, source: immediate(0) }, 1),
      mov64(7, immediate(1)),
      mov64(0, register(7)),
      exit(),
    ],
    slot: 3,
  },
  {
    name: 'a key that sticks out of the stack',
    code: 'out-of-bounds-stack',
    instructions: [map(1, 'hash'), ...stackAddress(2, -4), call('map_lookup_elem'), ...END],
    slot: 4,
  },
  {
    name: 'bytes behind the value of a map',
    code: 'out-of-bounds-map-value',
    instructions: [valueIn(1, 'array'), load(0, at(1, 8)), exit()],
    slot: 2,
  },
  {
    name: 'bytes before the value of a map',
    code: 'out-of-bounds-map-value',
    instructions: [valueIn(1, 'array'), load(0, at(1, -8)), exit()],
    slot: 2,
  },
  {
    name: 'an index that is not small enough',
    code: 'out-of-bounds-map-value',
    instructions: [anything, alu64('and', 0, immediate(255)), valueIn(1, 'array'), alu64('add', 1, register(0)), load(0, at(1)), exit()],
    slot: 5,
  },
  {
    name: 'an index that may be negative',
    code: 'unbounded-access',
    instructions: [
      anything,
      alu32('mov', 0, register(0)),
      alu64('sub', 0, immediate(100)),
      valueIn(1, 'array'),
      alu64('add', 1, register(0)),
      load(0, at(1, 0, 1)),
      exit(),
    ],
    slot: 6,
  },
  {
    name: 'an index without bounds',
    code: 'unbounded-access',
    instructions: [anything, valueIn(1, 'array'), alu64('add', 1, register(0)), load(0, at(1)), exit()],
    slot: 3,
  },
  {
    name: 'bytes behind a record',
    code: 'out-of-bounds-record',
    instructions: [...reserve, jump('jeq', { dst: 0, source: immediate(0) }, 4), store(at(0, 16), immediate(0)), ...submit, ...END],
    slot: 6,
  },
  {
    name: 'the common fields of a tracepoint',
    code: 'invalid-context-access',
    type: 'tracepoint',
    instructions: [load(0, at(1)), exit()],
    slot: 0,
  },
  {
    name: 'the context at another address',
    code: 'invalid-context-access',
    instructions: [alu64('add', 1, immediate(8)), load(0, at(1)), exit()],
    slot: 1,
  },
  {
    name: 'the context at a computed address',
    code: 'invalid-context-access',
    instructions: [mov64(6, register(1)), anything, alu64('and', 0, immediate(8)), alu64('add', 6, register(0)), load(0, at(6)), exit()],
    slot: 4,
  },
  {
    name: 'computing with an entry that was not tested',
    code: 'possibly-null',
    instructions: [...lookup, alu64('add', 0, immediate(8)), ...END],
    slot: 6,
  },
  {
    name: 'a record after it was submitted',
    code: 'not-an-address',
    instructions: [
      ...reserve,
      jump('jeq', { dst: 0, source: immediate(0) }, 5),
      mov64(6, register(0)),
      ...submit,
      store(at(6), immediate(0)),
      ...END,
    ],
    slot: 10,
  },
  {
    name: 'half an address',
    code: 'not-an-address',
    instructions: [store(at(10, -8), register(1)), load(0, at(10, -8, 4)), exit()],
    slot: 1,
  },
  {
    name: 'a map that programs may not write',
    code: 'read-only',
    instructions: [valueIn(1, 'read_only'), store(at(1), immediate(0)), ...END],
    slot: 2,
  },
  { name: 'a register that was never written', code: 'uninitialised-register', instructions: [mov64(0, register(3)), exit()], slot: 0 },
  { name: 'a store below the stack', code: 'stack-too-large', instructions: [store(at(10, -520), immediate(0)), ...END], slot: 0 },
  { name: 'a store above the stack', code: 'out-of-bounds-stack', instructions: [store(at(10, 8), immediate(0)), ...END], slot: 0 },
  { name: 'a field that the context has not', code: 'invalid-context-access', instructions: [load(0, at(1, 4096)), exit()], slot: 0 },
  { name: 'a write to the context', code: 'invalid-context-access', instructions: [store(at(1), immediate(0)), ...END], slot: 0 },
  { name: 'an entry that was not tested', code: 'possibly-null', instructions: [...lookup, load(0, at(0)), exit()], slot: 6 },
  { name: 'submitting a record that was not tested', code: 'possibly-null', instructions: [...reserve, ...submit, ...END], slot: 7 },
  { name: 'memory at a number', code: 'not-an-address', instructions: [load(1, at(1, 112)), load(0, at(1)), exit()], slot: 1 },
  { name: 'a crooked address', code: 'misaligned', instructions: [store(at(10, -7), immediate(0)), ...END], slot: 0 },
]
