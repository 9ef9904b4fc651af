import { expect, test } from 'vitest'
import { parseComplaint } from './verifier-log.ts'

test.for<[name: string, lines: string[], instruction: number | undefined, said: string]>([
  [
    'a register that was never written',
    [
      '0: R1=ctx() R10=fp0',
      '; x = y @ a.c:1',
      '0: (79) r0 = *(u64 *)(r3 +0)',
      'R3 !read_ok',
      'processed 1 insns (limit 1000000) max_states_per_insn 0',
    ],
    0,
    'R3 !read_ok',
  ],
  [
    'states behind the instruction',
    [
      '11: (85) call bpf_map_lookup_elem#1          ; R0_w=map_value_or_null(id=1)',
      '12: (79) r1 = *(u64 *)(r0 +0)',
      "R0 invalid mem access 'map_value_or_null'",
      'processed 13 insns (limit 1000000)',
    ],
    12,
    "R0 invalid mem access 'map_value_or_null'",
  ],
  [
    'a complaint on two lines, kernel 6.18',
    [
      '4: (0f) r1 += r0                      ; R0=scalar(smax=255) R1=map_value(map=m,ks=4,vs=8,smax=255)',
      '5: (79) r0 = *(u64 *)(r1 +0)',
      'invalid access to map value, value_size=8 off=255 size=8',
      'R1 max value is outside of the allowed memory range',
      'processed 5 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0',
    ],
    5,
    'invalid access to map value, value_size=8 off=255 size=8; R1 max value is outside of the allowed memory range',
  ],
  [
    'states that belong to the complaint',
    [
      '1: (15) if r0 == 0x0 goto pc-1        ; R0=0',
      'infinite loop detected at insn 1',
      'cur state: R0=0 R1=ctx() R10=fp0',
      'old state: R0=P0 R1=ctx() R10=fp0',
      'processed 9 insns (limit 1000000)',
    ],
    1,
    'infinite loop detected at insn 1',
  ],
  [
    'calls, kernel 6.18',
    [
      'callee:',
      ' frame7: R1=ctx() R10=fp0',
      '14: frame7: R1=ctx() R10=fp0',
      '14: (85) call pc+1',
      'the call stack of 9 frames is too deep',
      'processed 8 insns',
    ],
    14,
    'the call stack of 9 frames is too deep',
  ],
  [
    'the layout of kernel 6.1, with statistics',
    [
      '; @x = arg9;',
      '0: (bf) r2 = r10                      ; R2_w=fp0 R10=fp0',
      '1: (85) call bpf_map_lookup_elem#1',
      'invalid indirect read from stack R2 off -8+0 size 8',
      'verification time 25 usec',
      'stack depth 8',
      'processed 2 insns (limit 1000000) max_states_per_insn 0 total_states 0 peak_states 0 mark_read 0',
    ],
    1,
    'invalid indirect read from stack R2 off -8+0 size 8',
  ],
  [
    'the second of two paths',
    [
      '3: (15) if r0 == 0x0 goto pc+1',
      '4: (95) exit',
      '',
      'from 3 to 5: R0=0 R10=fp0',
      '5: (b7) r9 = 1',
      '6: (79) r0 = *(u64 *)(r8 +0)',
      'R8 !read_ok',
      'processed 6 insns (limit 1000000)',
    ],
    6,
    'R8 !read_ok',
  ],
  ['no trace, but a number', ['unreachable insn 21', 'processed 0 insns (limit 1000000)'], 21, 'unreachable insn 21'],
  ['a jump', ['jump out of range from insn 4 to 101', 'processed 0 insns'], 4, 'jump out of range from insn 4 to 101'],
  ['a loop', ['back-edge from insn 9 to 2', 'processed 0 insns'], 9, 'back-edge from insn 9 to 2'],
  [
    'neither',
    ['BPF program is too large. Processed 1000001 insn', 'processed 1000001 insns (limit 1000000)'],
    undefined,
    'BPF program is too large. Processed 1000001 insn',
  ],
  ['an empty log', [''], undefined, 'no reason given'],
])('%s', ([, lines, instruction, said]) => {
  const complaint = parseComplaint(`${lines.join('\n')}\n`)
  expect({ ...complaint, said: complaint.said.join('; ') }).toEqual({ instruction, said })
})
