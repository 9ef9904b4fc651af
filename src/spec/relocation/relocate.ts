/**
 * Fills in what a program asks of the kernel's types. A pure function of the program and the types, so that one can see
 * before it is loaded what becomes of it on any kernel.
 */
import { InternalError, NotSupportedError } from '../../base/errors.ts'
import { positionAt } from '../../base/source-text.ts'
import type { Instruction } from '../../format/asm/instruction.ts'
import { CLASS, classOf, LD_IMM64 } from '../../format/asm/opcodes.ts'
import type { TypeRelocation } from '../../format/asm/type-relocation.ts'
import type { Btf } from '../../format/btf/btf.ts'
import type { ProgramSpec } from '../program-spec.ts'
import { answerRelocation } from './answer.ts'

/**
 * The instructions of `program` with all answers in them. `types` is called only when something is asked. Throws
 * `NotSupportedError` for a field or type that this kernel has not.
 */
export function relocateInstructions(program: ProgramSpec, types: () => Btf): readonly Instruction[] {
  if (!program.instructions.some(({ relocation }) => relocation !== undefined)) return program.instructions
  const known = new Map<string, bigint>()
  const answer = (relocation: TypeRelocation, instruction: Instruction): bigint => {
    const key = `${relocation.question} ${relocation.path}`
    const value = known.get(key) ?? askTypes(program, types(), { relocation, instruction })
    known.set(key, value)
    return value
  }
  return program.instructions.map((instruction) =>
    instruction.relocation === undefined ? instruction : fillIn(instruction, answer(instruction.relocation, instruction)),
  )
}

interface Asked {
  readonly relocation: TypeRelocation
  readonly instruction: Instruction
}

function askTypes({ source }: ProgramSpec, btf: Btf, { relocation, instruction }: Asked): bigint {
  const answer = answerRelocation(btf, relocation)
  if (typeof answer === 'bigint') return answer
  const { span } = instruction
  const position = span === undefined ? undefined : positionAt(source, span.start)
  const place = position === undefined ? '' : ` (${source.name}:${position.line}:${position.column})`
  const nearest = answer.nearest.length === 0 ? '' : `; did you mean ${answer.nearest.join(', ')}?`
  throw new NotSupportedError(relocation.path, {
    detail: `in this kernel ${answer.reason}${nearest}${place}`,
    remedy: 'kernels differ in their structs: use what this one has',
  })
}

/** The opcode says where the answer goes. */
function fillIn({ relocation: _, ...instruction }: Instruction, value: bigint): Instruction {
  const group = classOf(instruction.opcode)
  const isMemory = group === CLASS.ldx || group === CLASS.st || group === CLASS.stx
  if (isMemory) {
    if (value > 0x7fffn) throw new NotSupportedError(`an access at offset ${value}`, { detail: 'it does not fit an instruction' })
    return { ...instruction, offset: Number(value) }
  }
  if (instruction.opcode !== LD_IMM64 && BigInt.asIntN(32, value) !== value)
    throw new InternalError(`the answer ${value} does not fit 32 bits`)
  return { ...instruction, imm: value }
}
