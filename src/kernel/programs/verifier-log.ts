/**
 * What the verifier's log says about a refusal: which instruction, and the complaint. The log is text for people: lines of
 * instructions (`12: (79) r1 = *(u64 *)(r0 +0)`, from 6.x on with the registers behind them), lines of source above them
 * (`; text`, from 6.9 on `; text @ file:line`), states of registers, and at the end what is wrong, on one line or several.
 * Only that shape is used here; what the words mean is in `refusals/`.
 */

/** What was read from a log. */
export interface Complaint {
  /** The lines that say what is wrong. */
  readonly said: readonly string[]
  /** In 8-byte slots. */
  readonly instruction: number | undefined
}

/** Complaints stand at the end; longer tails than this have not been seen. */
const TAIL_LENGTH = 64 * 1024
const INSTRUCTION = /^(\d+): \(/
/** States of an instruction: `3: R0=0 R10=fp0`, `14: frame7: R1=ctx()`, `8: safe`. */
const STATE = /^(\d+): (?:R\d|safe|frame)/
const NAMED = /\b(?:insn|at|from|ldimm64 insn) (\d+)\b/
/** What a complaint may be mixed with. */
const BESIDE = /^(?:$|processed \d+ insns|verification time|stack depth|cur state:|old state:|max_states)/
/** What stands before a complaint. */
const BEFORE =
  /^(?:;|\d+: |from \d+ to \d+|R\d+(?:_\w+)?=|caller:|callee:|returning from|to caller|frame ?\d+:? |mark_precise|last_idx|regs=|parent |func#\d+ @|Live regs|Validating |Func#\d+ )/

/** Reads a log of the verifier. */
export function parseComplaint(log: string): Complaint {
  const lines = log
    .slice(-TAIL_LENGTH)
    .split('\n')
    .map((line) => line.trim())
  const said: string[] = []
  for (const line of lines.toReversed()) {
    if (BESIDE.test(line)) continue
    if (BEFORE.test(line)) break
    said.unshift(line)
  }
  return { said: said.length === 0 ? ['no reason given'] : said, instruction: instructionOf(lines, said) }
}

/** A complaint about the form of a program names its instruction; any other is about the last one that was looked at. */
function instructionOf(lines: readonly string[], said: readonly string[]): number | undefined {
  const traced = lines.findLast((line) => INSTRUCTION.test(line) || STATE.test(line))
  const number = traced === undefined ? NAMED.exec(said.join(' '))?.[1] : (INSTRUCTION.exec(traced) ?? STATE.exec(traced))?.[1]
  return number === undefined ? undefined : Number(number)
}
