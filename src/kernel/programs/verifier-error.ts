/**
 * A refusal by the verifier, told in terms of the user's source: the instruction that the log stops at carries the span
 * that it was compiled from.
 */
import { formatDiagnostic } from '../../base/diagnostic.ts'
import { VerifierError } from '../../base/errors.ts'
import { type Instruction, slotsOf } from '../../format/asm/instruction.ts'
import type { ProgramSpec } from '../../spec/program-spec.ts'
import { parseComplaint } from './verifier-log.ts'

/** The error for a log of the verifier. */
export function verifierError(program: ProgramSpec, log: string): VerifierError {
  const { summary, instruction } = parseComplaint(log)
  const source = instruction === undefined ? undefined : sourceOf(program, instruction, summary)
  return new VerifierError(program.name, summary, { log, instruction, source })
}

function sourceOf(program: ProgramSpec, slot: number, summary: string): string | undefined {
  const span = nearestSpan(program.instructions, slot)
  if (span === undefined) return undefined
  return formatDiagnostic({ severity: 'error', code: 'verifier', source: program.source, span, message: summary })
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
