/**
 * Every instruction that there is, v1 to v4, by a readable name: the opcode together with the fields that choose between
 * meanings (`offset` of a signed division, `imm` of an atomic access, `src` of a call). Legacy packet loads are left out.
 */
import { type Instruction, PSEUDO } from './instruction.ts'
import { ALU, ATOMIC, CLASS, classOf, JMP, LD_IMM64, MODE, modeOf, ORDERED, operationOf, SIZE, SOURCE } from './opcodes.ts'

/** The name of what `instruction` is a case of, such as `add64 k` or `fetch_or32`; undefined when it is no instruction. */
export function formOf(instruction: Instruction): string | undefined {
  return FORMS_BY_KEY.get(keyOf(instruction.opcode, variantOf(instruction)))
}

/** What chooses between the meanings of one opcode; 0 where there is only one. */
function variantOf({ opcode, src, offset, imm, reference }: Instruction): number {
  if (opcode === LD_IMM64) return reference === undefined ? src : 0
  const operation = operationOf(opcode)
  switch (classOf(opcode)) {
    case CLASS.alu32:
    case CLASS.alu64:
      return operation === ALU.end ? Number(imm) : SIGNABLE.has(operation) ? offset : 0
    case CLASS.jmp:
      return operation === JMP.call ? src : 0
    case CLASS.stx:
      return modeOf(opcode) === MODE.atomic ? Number(imm) : 0
    default:
      return 0
  }
}

const SIGNABLE: ReadonlySet<number> = new Set([ALU.div, ALU.mod, ALU.mov])
const keyOf = (opcode: number, variant: number): string => `${opcode}:${variant}`

const WIDTHS = { 8: SIZE.b, 16: SIZE.h, 32: SIZE.w, 64: SIZE.dw } as const

const FORMS_BY_KEY: ReadonlyMap<string, string> = new Map([...arithmetic(), ...swaps(), ...jumps(), ...accesses(), ...atomics()])

/** The names of all instructions. */
export const FORMS: readonly string[] = [...FORMS_BY_KEY.values()]

type Row = readonly [key: string, name: string]

function* arithmetic(): Iterable<Row> {
  for (const [bits, width] of [
    [32, CLASS.alu32],
    [64, CLASS.alu64],
  ] as const) {
    yield [keyOf(width | ALU.neg, 0), `neg${bits}`]
    for (const [name, operation] of Object.entries(ALU)) {
      if (operation === ALU.neg || operation === ALU.end) continue
      for (const source of ['k', 'x'] as const) {
        const opcode = width | operation | SOURCE[source]
        yield [keyOf(opcode, 0), `${name}${bits} ${source}`]
        if (operation === ALU.div || operation === ALU.mod) yield [keyOf(opcode, 1), `s${name}${bits} ${source}`]
        if (operation === ALU.mov && source === 'x')
          for (const from of [8, 16, 32]) if (from < bits) yield [keyOf(opcode, from), `movsx${from}to${bits}`]
      }
    }
  }
}

function* swaps(): Iterable<Row> {
  for (const bits of [16, 32, 64]) {
    yield [keyOf(CLASS.alu32 | ALU.end | SOURCE.k, bits), `le${bits}`]
    yield [keyOf(CLASS.alu32 | ALU.end | SOURCE.x, bits), `be${bits}`]
    yield [keyOf(CLASS.alu64 | ALU.end, bits), `bswap${bits}`]
  }
}

function* jumps(): Iterable<Row> {
  yield [keyOf(CLASS.jmp | JMP.ja, 0), 'ja']
  yield [keyOf(CLASS.jmp32 | JMP.ja, 0), 'gotol']
  yield [keyOf(CLASS.jmp | JMP.exit, 0), 'exit']
  yield [keyOf(CLASS.jmp | JMP.call, 0), 'call helper']
  yield [keyOf(CLASS.jmp | JMP.call, PSEUDO.call), 'call function']
  yield [keyOf(CLASS.jmp | JMP.call, PSEUDO.kfunc), 'call kfunc']
  for (const [name, operation] of Object.entries(JMP)) {
    if (operation === JMP.ja || operation === JMP.call || operation === JMP.exit) continue
    for (const source of ['k', 'x'] as const) {
      yield [keyOf(CLASS.jmp | operation | SOURCE[source], 0), `${name}64 ${source}`]
      yield [keyOf(CLASS.jmp32 | operation | SOURCE[source], 0), `${name}32 ${source}`]
    }
  }
}

function* accesses(): Iterable<Row> {
  yield [keyOf(LD_IMM64, 0), 'lddw']
  yield [keyOf(LD_IMM64, PSEUDO.function), 'lddw function']
  for (const [bits, size] of Object.entries(WIDTHS)) {
    yield [keyOf(CLASS.ldx | MODE.mem | size, 0), `ldx${bits}`]
    yield [keyOf(CLASS.st | MODE.mem | size, 0), `st${bits}`]
    yield [keyOf(CLASS.stx | MODE.mem | size, 0), `stx${bits}`]
    if (size !== SIZE.dw) yield [keyOf(CLASS.ldx | MODE.memsx | size, 0), `ldxs${bits}`]
  }
}

function* atomics(): Iterable<Row> {
  for (const [bits, size] of Object.entries(WIDTHS)) {
    const opcode = CLASS.stx | MODE.atomic | size
    yield [keyOf(opcode, ORDERED.loadAcquire), `load_acquire${bits}`]
    yield [keyOf(opcode, ORDERED.storeRelease), `store_release${bits}`]
  }
  for (const bits of [32, 64] as const) {
    const opcode = CLASS.stx | MODE.atomic | WIDTHS[bits]
    for (const name of ['add', 'or', 'and', 'xor'] as const) {
      yield [keyOf(opcode, ATOMIC[name]), `atomic_${name}${bits}`]
      yield [keyOf(opcode, ATOMIC[name] | ATOMIC.fetch), `fetch_${name}${bits}`]
    }
    yield [keyOf(opcode, ATOMIC.xchg), `xchg${bits}`]
    yield [keyOf(opcode, ATOMIC.cmpxchg), `cmpxchg${bits}`]
  }
}
