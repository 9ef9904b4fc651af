/**
 * Refusals of reading and writing: registers, the stack, maps, records, packets, the context.
 */
import type { RefusalClass } from './refusal-class.ts'

const STACK_SIZE = 512
const BOUND_INDEX = 'compare the index with the size right before it is used, and use the very variable that was compared'

/** Bytes of an access through the frame pointer, from `off=` and `size=` of a complaint. */
function stackAccess(match: RegExpExecArray): { readonly offset: number; readonly end: number } {
  const offset = Number(match.groups?.off)
  return { offset, end: offset + Number(match.groups?.size) }
}

/** In the order in which they are tried: what is more special comes first. */
export const MEMORY_REFUSALS: readonly RefusalClass[] = [
  {
    code: 'uninitialised-register',
    pattern: /R\d+ !read_ok/,
    what: 'reads a register that holds nothing',
    why: 'on one of the ways to this instruction nothing was written to the register, or a call has overwritten it',
    remedy: 'give the variable a value on every way to where it is used',
  },
  {
    code: 'stack-too-large',
    pattern: /invalid (?:read from|write to|access to)? ?stack R\d+ off=(?<off>-?\d+) size=(?<size>\d+)/,
    when: (match) => stackAccess(match).offset < -STACK_SIZE,
    what: 'needs more stack than there is',
    why: 'a program has 512 bytes of stack',
    remedy: 'use shorter strings and fewer variables, or keep large values in maps',
  },
  {
    code: 'stack-too-large',
    pattern: /combined stack size of \d+ calls is \d+\. Too large|stack size (?:of subprog \d+ is )?\d+.*[Tt]oo large/,
    what: 'needs more stack than there is',
    why: 'a program has 512 bytes of stack, and the functions that call each other share them',
    remedy: 'use shorter strings and fewer variables, or keep large values in maps',
  },
  {
    code: 'uninitialised-stack',
    // Up to 6.17 `off -8+0 size 8` told it from an access outside of the frame.
    pattern: /invalid (?:indirect )?(?:read from|access to) stack (?:R\d+ )?(?:off|var_off) .+\+\d+ size \d+/,
    what: 'reads bytes of the stack that were never written',
    why: 'they may hold what the kernel left there, which not every process may see',
    remedy: 'run as root, or with CAP_PERFMON, which kernels from 6.3 on let read them',
  },
  {
    code: 'uninitialised-stack',
    pattern: /invalid (?:indirect )?read from stack R\d+ off=(?<off>-?\d+) size=(?<size>\d+)/,
    when: (match) => stackAccess(match).offset >= -STACK_SIZE && stackAccess(match).end <= 0,
    what: 'reads bytes of the stack that were never written',
    why: 'they may hold what the kernel left there, which not every process may see',
    remedy: 'run as root, or with CAP_PERFMON, which kernels from 6.3 on let read them',
  },
  {
    code: 'out-of-bounds-stack',
    pattern:
      /invalid (?:unbounded )?(?:variable-offset )?(?:indirect )?(?:read from|write to|access to)? ?stack R\d+|attempt to corrupt spilled pointer/,
    what: 'reaches outside of its stack frame',
    why: 'an access must lie in the 512 bytes below the frame pointer, whatever values the program has computed',
    remedy: BOUND_INDEX,
  },
  {
    code: 'out-of-bounds-map-value',
    pattern: /invalid access to map (?:value|key)|write into map forbidden, value_size=\d+ off=(?!0)\d+ size/,
    what: 'reaches outside of the value of a map',
    why: 'the verifier has not seen a check that keeps the access inside of it',
    remedy: BOUND_INDEX,
  },
  {
    code: 'out-of-bounds-record',
    pattern: /invalid access to memory, mem_size=|invalid \S+ buffer access/,
    what: 'reaches outside of a record',
    why: 'an access must lie in the bytes that were reserved',
    remedy: BOUND_INDEX,
  },
  {
    code: 'out-of-bounds-packet',
    pattern: /invalid access to packet|offset is outside of the packet/,
    what: 'reads a packet without knowing that it is long enough',
    why: 'the verifier wants a comparison with the end of the packet before each access',
    remedy: 'compare the address behind the last byte with the end of the packet first',
  },
  {
    code: 'unbounded-access',
    pattern:
      /unbounded memory access, make sure|min value is negative, either use unsigned index|(?:min|max) value is outside of the allowed|register with unbounded min value|value -?\d+ makes \S+ pointer be out of bounds/,
    what: 'uses an index that may be anything',
    why: 'the verifier knows no bounds of the number that is added to an address, so the access could be anywhere',
    remedy: BOUND_INDEX,
  },
  {
    code: 'invalid-context-access',
    pattern: /invalid bpf_context access|dereference of modified ctx ptr|variable ctx access|stores into R\d+ ctx/,
    what: "reads or writes the probe's context where it may not",
    why: 'each type of program may read certain fields of its context, each as a whole, and at an offset that is known before it runs',
    remedy: 'use the arguments and fields that the probe has; a tracepoint has those of its format file (borescope -lv)',
  },
  {
    code: 'possibly-null',
    pattern: /'\w*_or_null\w*'|on \w*_or_null\w* prohibited|type=\w*_or_null\w* expected|Possibly NULL pointer/,
    what: 'uses an address that may be null',
    why: 'a lookup answers null when there is no entry, a reservation when there is no room; that was not tested on every way to here',
    remedy: 'test the value first; a test counts only for the variable that was tested',
  },
  {
    code: 'not-an-address',
    pattern: /R\d+ invalid mem access '|invalid size of register fill|is ptr_\S+ access user memory/,
    what: 'reads memory through a number',
    why: 'memory of the kernel and of processes is read by helpers only; through a plain number nothing can be read',
    remedy: 'read it as what it is: memory of a process, or of the kernel',
  },
  {
    code: 'read-only',
    pattern: /cannot write into|write into map forbidden|read from map forbidden|only read (?:is supported|from)|write to change key/,
    what: 'writes what may only be read',
    why: 'this memory belongs to the kernel, or to a map that programs may not write',
    remedy: 'keep what you compute in a map of your own',
  },
  {
    code: 'misaligned',
    pattern: /misaligned (?:\S+ )?access/,
    what: 'reads or writes at an address that is not a multiple of the size',
    why: 'accesses to the stack, and atomic ones, must be aligned',
  },
]
