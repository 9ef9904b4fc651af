/**
 * How to step from a frame of x86-64 code to the one that called it, as one number of 52 bits: from what register the canonical frame
 * address (CFA) is counted, how far, and where the caller's RBP was saved. The return address lies right below the CFA, and the
 * caller's RSP is the CFA. Programs in the kernel read the same number, as 64 bits.
 */

/** Where the parts of a rule begin, in bits: the CFA's offset (i32), the form, and how far below the CFA RBP was saved, in words. */
export const RULE_BITS = { form: 32, savedBp: 40 } as const
/** Numbers of DWARF for the registers that frames are counted from (System V ABI for x86-64, figure 3.36). */
export const FRAME_REGISTER = { bp: 6, sp: 7 } as const

/**
 * The form of a rule: the register's number in the low 4 bits, then what is to be done with register plus offset. `dereference`: the CFA is
 * what lies there; `plusWord`: and 8 more. `bpAtBp`: the caller's RBP is what RBP points to.
 */
export const RULE_FORM = { register: 0xf, dereference: 0x10, plusWord: 0x20, bpAtBp: 0x40, special: 0x80 } as const

/** A rule that is no computation. */
const special = (number: number): number => (RULE_FORM.special | number) * 2 ** RULE_BITS.form

/**
 * `framePointer`: nothing is known but that RBP may point to the caller's, as in code without tables. `end`: there is no caller.
 * `signal`: the kernel's frame of a signal handler. `unknown`: the tables say something that no rule can.
 */
export const SPECIAL_RULE = { framePointer: special(0), end: special(1), signal: special(2), unknown: special(3) } as const

/** The most words below the CFA that a rule can say. */
const FARTHEST_WORD = 0xfff

/** What a rule is made of. */
export interface RuleParts {
  /** Register, and what else `RULE_FORM` names. */
  readonly form: number
  /** Bytes, added to the register. */
  readonly offset: number
  /** Bytes below the CFA at which RBP was saved; 0 when RBP still is what it was. */
  readonly savedBp: number
}

/** Packs a rule; `SPECIAL_RULE.unknown` when it does not fit. */
export function packRule({ form, offset, savedBp }: RuleParts): number {
  const word = savedBp / 8
  if (!Number.isInteger(word) || word < 0 || word > FARTHEST_WORD || offset !== (offset | 0)) return SPECIAL_RULE.unknown
  return (offset >>> 0) + form * 2 ** RULE_BITS.form + word * 2 ** RULE_BITS.savedBp
}

/** Takes a rule apart. Meaningless for special ones. */
export function unpackRule(rule: number): RuleParts {
  const high = Math.floor(rule / 2 ** RULE_BITS.form)
  return { form: high & 0xff, offset: (rule % 2 ** RULE_BITS.form) | 0, savedBp: (high >>> 8) * 8 }
}
