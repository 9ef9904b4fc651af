/**
 * Programs that are refused for what they call.
 */
import { alu32, callHelper, callKfunc, exit, immediate, mov64, register } from '../../../src/format/asm/construct.ts'
import { call, END } from '../programs.ts'
import type { RefusedProgram } from './parts.ts'
import { anything, map, readTo, reserve, stackAddress, valueIn } from './parts.ts'

/** Programs that are refused for what they call. */
export const CALL_PROGRAMS: readonly RefusedProgram[] = [
  {
    name: 'a helper of networking',
    code: 'helper-not-allowed',
    instructions: [mov64(2, immediate(0)), mov64(3, immediate(0)), callHelper(51), ...END],
    slot: 2,
  },
  {
    name: 'a helper of other probes',
    code: 'helper-not-allowed',
    type: 'raw_tracepoint',
    instructions: [call('get_func_ip'), ...END],
    slot: 0,
  },
  {
    name: 'a helper under another license',
    code: 'license',
    license: 'Proprietary',
    instructions: [mov64(2, immediate(8)), ...readTo(-8)],
    slot: 4,
  },
  {
    name: 'a helper that may sleep',
    code: 'may-sleep',
    instructions: [mov64(2, immediate(8)), ...stackAddress(1, -8), mov64(3, immediate(0)), call('copy_from_user'), ...END],
    slot: 4,
  },
  {
    name: 'no bytes',
    code: 'unbounded-size',
    instructions: [mov64(2, immediate(0)), ...stackAddress(1, -8), call('get_current_comm'), ...END],
    slot: 3,
  },
  {
    name: 'the size of a record, computed',
    code: 'not-constant',
    instructions: [anything, map(1, 'ring'), mov64(2, register(0)), mov64(3, immediate(0)), call('ringbuf_reserve'), ...END],
    slot: 5,
  },
  {
    name: 'a number for a map',
    code: 'argument-type',
    instructions: [mov64(1, immediate(0)), ...stackAddress(2, -8), call('map_lookup_elem'), ...END],
    slot: 3,
  },
  {
    name: 'a number for a key',
    code: 'argument-type',
    instructions: [map(1, 'hash'), mov64(2, immediate(5)), call('map_lookup_elem'), ...END],
    slot: 3,
  },
  {
    name: 'a stack id of a hash',
    code: 'map-not-allowed',
    instructions: [map(2, 'hash'), mov64(3, immediate(0)), call('get_stackid'), ...END],
    slot: 3,
  },
  {
    name: 'a function of the kernel that is none',
    code: 'kfunc-unknown',
    instructions: [{ ...callKfunc('none'), kfunc: undefined as never, imm: 1n }, ...END],
    slot: undefined,
  },
  {
    name: 'an iterator that was not begun',
    code: 'iterator',
    type: 'raw_tracepoint',
    instructions: [...stackAddress(1, -8), callKfunc('bpf_iter_num_next'), ...END],
    slot: 2,
  },
  {
    name: 'an iterator that is not destroyed',
    code: 'leaked-reference',
    type: 'raw_tracepoint',
    instructions: [...stackAddress(1, -8), mov64(2, immediate(0)), mov64(3, immediate(3)), callKfunc('bpf_iter_num_new'), ...END],
    slot: 6,
  },
  {
    name: 'a function of the kernel that is not for programs',
    code: 'kfunc-not-allowed',
    instructions: [callKfunc('schedule'), ...END],
    slot: 0,
  },
  { name: 'a helper that there is not', code: 'unknown-helper', instructions: [callHelper(9999), exit()], slot: 0 },
  { name: 'a size without bounds', code: 'unbounded-size', instructions: [anything, alu32('mov', 2, register(0)), ...readTo(-8)], slot: 5 },
  { name: 'a size that may be negative', code: 'unbounded-size', instructions: [anything, mov64(2, register(0)), ...readTo(-8)], slot: 5 },
  { name: 'the value of a hash at a fixed address', code: 'map-not-allowed', instructions: [valueIn(1, 'hash'), ...END], slot: undefined },
  { name: 'a record that is never submitted', code: 'leaked-reference', instructions: [...reserve, ...END], slot: 6 },
]
