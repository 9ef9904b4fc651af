/**
 * Refusals of calls: helpers, functions of the kernel, functions of the program, and what is handed to them.
 */
import type { RefusalClass } from './refusal-class.ts'

/** In the order in which they are tried. */
export const CALL_REFUSALS: readonly RefusalClass[] = [
  {
    code: 'unknown-helper',
    pattern: /(?:invalid|unknown) func unknown#\d+/,
    what: 'calls a helper that this kernel does not have',
    why: 'the helper came with a newer kernel, or this one is built without it',
    remedy: 'use a newer kernel, or another function of the language',
  },
  {
    code: 'helper-not-allowed',
    // Up to 6.9: `unknown func bpf_x#1`.
    pattern:
      /program of this type cannot use helper|unknown func \w+#\d+|func \S+ not supported for program type|supported only for fentry|helper call is not allowed in probe/,
    what: 'calls a helper that programs of this type may not call',
    why: 'which helpers there are depends on what the program is attached to',
    remedy: 'use a probe of another kind',
  },
  {
    code: 'license',
    pattern: /GPL-restricted function|from non-GPL compatible program/,
    what: 'calls a function that is for programs under the GPL only',
    why: 'the program was loaded under a license that is not compatible with the GPL',
    remedy: 'load the object with the license "GPL"',
  },
  {
    code: 'may-sleep',
    pattern: /might sleep in a non-sleepable prog|must be sleepable to call|is sleepable within|sleepable helper/,
    what: 'calls a function that may sleep where it must not',
    why: 'only programs that were loaded as sleepable, outside of locks, may wait for memory',
  },
  {
    code: 'not-sleepable',
    pattern: /programs can be sleepable|Sleepable programs can only use|Syscall programs can only be sleepable/,
    what: 'is loaded as a program that may sleep, and cannot be one',
    why: 'only some types of program may sleep, and then use only some kinds of map',
    remedy: 'switch it off with --no-feature sleepable_uprobe',
  },
  {
    code: 'kfunc-not-allowed',
    pattern: /calling kernel function \S+ is not allowed|kernel function calls are not|require CAP_SYS_BOOT/,
    what: 'calls a function of the kernel that programs of this type may not call',
    why: 'the kernel says for each of its functions which types of program may call it',
    remedy: 'use a probe of another kind, or a newer kernel',
  },
  {
    code: 'kfunc-unknown',
    pattern:
      /kernel btf_id \d+ |cannot find address for kernel function|failed to find BTF for kernel function|calling kernel functions? |not eliminated in verifier/,
    what: 'calls something that is no function of this kernel',
    why: 'the kernel does not know a function by the number that it was told, or cannot call functions of its own',
  },
  {
    code: 'leaked-reference',
    pattern: /Unreleased reference|would lead to reference leak/,
    what: 'ends while it still holds something',
    why: 'a reserved record must be submitted or discarded, and an iterator destroyed, on every way to the end',
  },
  {
    code: 'iterator',
    pattern: /expected (?:an |valid )?(?:un)?initialized iter_|expected pointer to an iterator on stack|expected valid iter pointer/,
    what: 'uses an iterator that is not begun, or begins one twice',
    why: 'an iterator is made, asked for the next element, and destroyed, in this order on every way',
  },
  {
    code: 'unbounded-size',
    pattern: /unbounded memory access, use 'var|either use unsigned or 'var|invalid zero-sized read/,
    what: 'hands a size to a helper that may be too large, negative or zero',
    why: 'the verifier knows no bounds of the number of bytes',
    remedy: 'limit the size with a constant: a comparison right before, or min(size, LIMIT)',
  },
  {
    code: 'not-constant',
    pattern: /is not a known constant|must be a known constant|is not a const\b|is not a constant address/,
    what: 'hands a computed number to a function that wants a constant',
    why: 'the verifier must know this argument, such as the size of a record, before the program runs',
    remedy: 'use a literal',
  },
  {
    code: 'argument-type',
    pattern:
      /R\d+ type=\S+ expected=|arg#?\d+ expected |expects? \S+ pointer|must be referenced|is of type \S+ but|R\d+ is not a scalar|R\d+ is of type/,
    what: 'hands a function something of another kind than it takes',
    why: 'each argument of a helper is of a kind: a map, memory that the program owns, the context, a number',
  },
  {
    code: 'map-not-allowed',
    pattern:
      /cannot pass map_type \d+ into func|direct value (?:access|offset)|not supported for map type|no direct value access|invalid access to map value pointer/,
    what: 'uses a map in a way that its kind does not have',
    why: 'each kind of map has its own operations',
  },
  {
    code: 'missing-btf',
    pattern: /missing btf func_info|func_info|line_info|callback function not static|callback function cannot be the main/,
    what: 'has functions that are not described as the kernel wants it',
    why: 'functions that a helper calls back must be described by BTF, in the order in which they stand',
  },
]
