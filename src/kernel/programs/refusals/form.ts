/**
 * Refusals for size and form: loops, complexity, depth, jumps, instructions, and what only the privileged may do.
 */
import type { RefusalClass } from './refusal-class.ts'

/** What the verifier says of itself; tried before all others. */
export const VERIFIER_BUG: RefusalClass = {
  code: 'verifier-bug',
  pattern: /[Vv]erifier (?:internal error|bug)|\bBUG\b|verifier BUG|INVARIANTS VIOLATION|verifier is misconfigured/,
  what: 'has made the verifier stumble',
  why: 'the kernel itself says that this is a bug of its verifier',
  remedy: 'use another kernel; the bug is worth a report to the maintainers of BPF',
}

/** In the order in which they are tried. */
export const FORM_REFUSALS: readonly RefusalClass[] = [
  {
    code: 'unbounded-loop',
    pattern: /infinite loop detected|back-edge from insn/,
    what: 'has a loop of which the verifier cannot see the end',
    why: 'every program must end; the verifier goes through loops round by round, and found a round that changes nothing',
    remedy: 'give the loop a fixed number of rounds, or a variable that each round changes and the condition tests',
  },
  {
    code: 'too-complex',
    pattern: /program is too large|sequence of \d+ jumps is too complex|too many subprograms|limit reached/,
    what: 'has too many ways for the verifier to follow',
    why: 'the verifier follows every way through the program, and gives up after a million instructions',
    remedy: 'make loops shorter, test less inside of them, or spread the work over several probes',
  },
  {
    code: 'calls-too-deep',
    pattern: /call stack of \d+ frames is too deep|recursive call/,
    what: 'has functions that call each other too deep',
    why: 'no more than 8 functions may be active at a time, and none may call itself',
    remedy: 'call fewer functions from one another',
  },
  {
    code: 'missing-privilege',
    pattern:
      /leaks addr|leaking pointer|prohibited for !root|allowed only to CAP_PERFMON|are allowed for CAP_BPF|pointer comparison prohibited|CAP_\w+ (?:is|are) required|could not be pushed for speculative|from different maps, paths or scalars/,
    what: 'does what this process may not do',
    why: 'without CAP_PERFMON a program must not let addresses of the kernel be seen or guessed',
    remedy: 'run as root (sudo), or give the process CAP_BPF and CAP_PERFMON',
  },
  {
    code: 'pointer-arithmetic',
    pattern:
      /pointer arithmetic|bitwise operator \S+ on pointer|tried to subtract pointer|subtraction from stack pointer|math between \S+ pointer|pointer \S+ pointer prohibited|partial copy of pointer|sign-extension part of pointer|pointer offset -?\d+ is not allowed/,
    what: 'computes with an address in a way that loses it',
    why: 'only adding and subtracting a number of known bounds leaves the verifier an address that it can check',
    remedy: 'convert it to a number first',
  },
  {
    code: 'unreachable-code',
    pattern: /unreachable insn/,
    what: 'has instructions that are never reached',
    why: 'the verifier takes dead code for a mistake',
  },
  {
    code: 'invalid-jump',
    pattern: /jump out of range|jump into the middle|last insn is not an exit|call to invalid destination|invalid insn idx/,
    what: 'jumps or runs to where there is no instruction',
    why: 'every jump must lead to an instruction of the same function, and the last one must not run on',
  },
  {
    code: 'result',
    pattern: /the register R\d+ (?:has|is not)|R0 not a scalar|cannot return stack pointer/,
    what: 'answers something that it may not',
    why: 'some types of program, and functions that a helper calls back, may only answer certain numbers',
  },
  {
    code: 'invalid-instruction',
    pattern:
      /unknown (?:opcode|insn class)|uses reserved fields|frame pointer is read only|R\d+ is invalid|invalid BPF_|uses invalid atomic|div by zero|invalid shift|invalid atomic|unrecognized bpf_ld_imm64/,
    what: 'has an instruction that there is not',
    why: 'the kernel does not know the instruction, or not with these operands',
    remedy: 'use a newer kernel, if this one is old',
  },
]
