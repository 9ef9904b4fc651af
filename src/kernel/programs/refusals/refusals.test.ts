/**
 * Complaints of kernels that the kernel tier does not run on; those of the running kernel are provoked in
 * test/kernel/verifier-refusals.test.ts. Texts are those of kernel/bpf/verifier.c in Linux 6.1 and 6.12.
 */
import { expect, test } from 'vitest'
import { classifyRefusal, REFUSALS } from './refusals.ts'

test.for<[kernel: string, complaint: string, code: string]>([
  ['6.1', 'invalid indirect read from stack R2 off -8+0 size 8', 'uninitialised-stack'],
  ['6.1', 'invalid read from stack off -8+0 size 8', 'uninitialised-stack'],
  ['6.1', 'invalid indirect read from stack R2 var_off (0xfffffffffffffff0; 0x8)+0 size 8', 'uninitialised-stack'],
  ['6.1', 'invalid unbounded variable-offset write to stack R1', 'out-of-bounds-stack'],
  ['6.12', 'invalid variable-offset read from stack R1 var_off=(0x0; 0x1f) off=-16 size=8', 'out-of-bounds-stack'],
  ['5.15', "R1 invalid mem access 'inv'", 'not-an-address'],
  ['6.1', 'unknown func bpf_redirect_map#51', 'helper-not-allowed'],
  ['6.1', 'the call stack of 9 frames is too deep !', 'calls-too-deep'],
  ['6.1', 'stack size 520(extra 8) is too large', 'stack-too-large'],
  ['6.12', 'stack size of subprog 1 is 600. Too large', 'stack-too-large'],
  ['6.1', 'back-edge from insn 9 to 2', 'unbounded-loop'],
  ['6.1', 'BPF_ST stores into R1 ctx is not allowed', 'invalid-context-access'],
  ['6.1', 'The sequence of 8193 jumps is too complex.', 'too-complex'],
  ['6.1', 'Sleepable programs can only use array, hash, and ringbuf maps', 'not-sleepable'],
  ['6.12', 'cannot call kernel function from non-GPL compatible program', 'license'],
  ['6.1', 'At program exit the register R0 has value (0x5; 0x0) should have been in (0x0; 0x1)', 'result'],
  ['6.12', 'At program exit the register R0 has smin=5 smax=5 should have been in [0, 1]', 'result'],
  ['6.12', 'arg#0 expected pointer to an iterator on stack', 'iterator'],
  ['6.12', 'Possibly NULL pointer passed to trusted arg0', 'possibly-null'],
  ['6.1', 'verifier internal error: kernel function descriptor not found for func_id 3', 'verifier-bug'],
  ['none', 'something nobody has said yet', 'unknown'],
])('%s: %s is %s', ([, complaint, code]) => expect(classifyRefusal(complaint).code).toBe(code))

test('every row says what, why, and where it can what to do, as parts of sentences', () => {
  for (const { code, what, why, remedy } of REFUSALS) {
    expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/)
    for (const text of [what, why, ...(remedy === undefined ? [] : [remedy])]) expect(text, code).toMatch(/^[a-zO].{8,}[^.]$/)
  }
})
