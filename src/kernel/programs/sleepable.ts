/**
 * Programs on uprobes may sleep where the kernel lets them, and then read the traced process with the helper that the process
 * itself would use, which faults in what was never touched; the other reads zero there. Both helpers take the same arguments,
 * take the same time, and zero what they cannot read. See docs/decisions/0011-uprobe-programs-may-sleep.md.
 */
import { HELPERS } from '../../format/asm/helpers.ts'
import type { Instruction } from '../../format/asm/instruction.ts'
import type { MapKind } from '../../spec/map-spec.ts'
import type { ProgramSpec } from '../../spec/program-spec.ts'

const CALL = 0x85
/** Kinds of map that a sleepable program may use, of those that we create (`check_map_prog_compatibility`). */
const ALLOWED: ReadonlySet<MapKind> = new Set(['hash', 'array', 'percpu_hash', 'percpu_array', 'lru_hash', 'percpu_lru_hash', 'ringbuf'])

/** The instructions of `program` as one that may sleep; `undefined` when it must not, or would gain nothing. @kernel 6.6 */
export function asSleepable(program: ProgramSpec, kindOf: (map: string) => MapKind | undefined): readonly Instruction[] | undefined {
  const onlyUprobes = program.attach.length > 0 && program.attach.every((point) => point.kind === 'uprobe')
  if (!onlyUprobes || !program.instructions.some(readsUser) || !program.instructions.every((one) => mayStay(one, kindOf))) return undefined
  return program.instructions.map((one) => (readsUser(one) ? { ...one, imm: BigInt(HELPERS.copy_from_user.id) } : one))
}

function readsUser({ opcode, src, imm }: Instruction): boolean {
  return opcode === CALL && src === 0 && imm === BigInt(HELPERS.probe_read_user.id)
}

function mayStay({ reference }: Instruction, kindOf: (map: string) => MapKind | undefined): boolean {
  if (reference === undefined || reference.kind === 'constant') return true
  const kind = kindOf(reference.map)
  return kind !== undefined && ALLOWED.has(kind)
}
