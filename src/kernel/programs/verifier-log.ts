/**
 * What the verifier's log says about a refusal: which instruction, and in one line why. The log is text for people whose
 * wording is not a promise, so only its shape is used: a trace line begins with the number of an instruction and a
 * colon, and the complaint is the last line that is neither that nor bookkeeping.
 */

/** What was read from a log. `instruction` counts 8-byte slots. */
export interface Complaint {
  readonly summary: string
  readonly instruction: number | undefined
}

const TRACE = /^(\d+): (?:\(|R\d|safe|frame)/
const NAMED = /\b(?:insn|at|from)\s+(\d+)\b/
const BOOKKEEPING =
  /^(?:processed \d+ insns|verification time|stack depth|max_states|mark_precise|;|\d+: |from \d+ to \d+|R\d+[_a-z]*=|cur state:|old state:|frame\d+:|last_idx|regs=|parent |$)/

/** Reads a log of the verifier. */
export function parseComplaint(log: string): Complaint {
  const lines = log.split('\n').map((line) => line.trim())
  const summary = lines.findLast((line) => !BOOKKEEPING.test(line)) ?? 'no reason given'
  const traced = lines.findLast((line) => TRACE.test(line))
  const number = traced === undefined ? NAMED.exec(summary)?.[1] : TRACE.exec(traced)?.[1]
  return { summary, instruction: number === undefined ? undefined : Number(number) }
}
