/**
 * A refusal by the verifier, told in terms of the user's source: the instruction that the log stops at carries the span that
 * it was compiled from, and the complaint is of a class that says why and what to do.
 */
import { formatDiagnostic } from '../../base/diagnostic.ts'
import { VerifierError } from '../../base/errors.ts'
import { type Instruction, slotsOf } from '../../format/asm/instruction.ts'
import type { ProgramSpec } from '../../spec/program-spec.ts'
import type { RefusalClass } from './refusals/refusal-class.ts'
import { classifyRefusal } from './refusals/refusals.ts'
import { parseComplaint } from './verifier-log.ts'

/** The error for a log of the verifier. */
export function verifierError(program: ProgramSpec, log: string): VerifierError {
  const { said, instruction } = parseComplaint(log)
  const complaint = said.join('; ')
  const refusal = classifyRefusal(complaint)
  const source = instruction === undefined ? undefined : sourceOf(program, instruction, refusal)
  return new VerifierError(program.name, { reason: refusal.code, complaint, ...pick(refusal), log, instruction, source })
}

const pick = ({ what, why, remedy }: RefusalClass) => ({ what, why, remedy })

function sourceOf({ instructions, source }: ProgramSpec, slot: number, { code, what }: RefusalClass): string | undefined {
  const span = nearestSpan(instructions, slot)
  return span && formatDiagnostic({ severity: 'error', code: `verifier-${code}`, source, span, message: `the program ${what}` })
}

/** An instruction that the compiler added has no span; the one before it that has is the nearest to it in the source. */
function nearestSpan(instructions: readonly Instruction[], slot: number) {
  let at = 0
  let span: Instruction['span']
  for (const instruction of instructions) {
    if (at > slot) break
    span = instruction.span ?? span
    at += slotsOf(instruction)
  }
  return span
}
