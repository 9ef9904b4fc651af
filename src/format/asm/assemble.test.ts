import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { assemble, assembleWithLabels, parseInstruction } from './assemble.ts'
import { disassemble, formatInstruction } from './disassemble.ts'
import { FORMS, formOf } from './forms.ts'
import { HELPERS } from './helpers.ts'
import type { Instruction, Reference, Register } from './instruction.ts'
import { ALU, ATOMIC, CLASS, classOf, JMP, LD_IMM64, MODE, modeOf, ORDERED, operationOf, usesRegister } from './opcodes.ts'

const registers = fc.integer({ min: 0, max: 10 }) as fc.Arbitrary<Register>
const immediates = fc.bigInt({ min: -0x8000_0000n, max: 0x7fff_ffffn })
const references: fc.Arbitrary<Reference> = fc.oneof(
  fc.constantFrom('@', 'events', 'a[0]').map((map) => ({ kind: 'map' as const, map })),
  fc.record({ kind: fc.constant('map-value' as const), map: fc.constantFrom('@x', 'cell'), offset: fc.nat(4096) }),
  fc.record({ kind: fc.constant('constant' as const), name: fc.constantFrom('start_ns', 'x') }),
)

/** Instructions whose unused fields are zero, as a listing cannot show them. */
const instructions = fc
  .record({
    opcode: fc.integer({ min: 0, max: 255 }),
    dst: registers,
    src: registers,
    offset: fc.integer({ min: -0x8000, max: 0x7fff }),
    imm: immediates,
    wide: fc.bigInt({ min: -(1n << 63n), max: (1n << 63n) - 1n }),
    variant: fc.constantFrom(0, 1, 8, 16, 32),
    bits: fc.constantFrom(16n, 32n, 64n),
    atomic: fc.constantFrom(
      ...Object.values(ATOMIC),
      ...Object.values(ORDERED),
      ...[ATOMIC.add, ATOMIC.or, ATOMIC.and, ATOMIC.xor].map((operation) => operation | 1),
    ),
    callee: fc.constantFrom(0, 1, 2),
    kfunc: fc.constantFrom('bpf_iter_num_new', 'bpf_task_acquire'),
    reference: fc.option(references, { nil: undefined }),
    helper: fc.constantFrom(9999n, ...Object.values(HELPERS).map(({ id }) => BigInt(id))),
  })
  .map(canonical)
  .filter((instruction) => formOf(instruction) !== undefined)

type Parts = { readonly opcode: number; readonly dst: Register; readonly src: Register; readonly offset: number; readonly imm: bigint } & {
  readonly wide: bigint
  readonly variant: number
  readonly bits: bigint
  readonly atomic: number
  readonly callee: number
  readonly kfunc: string
  readonly reference: Reference | undefined
  readonly helper: bigint
}

const SIGNABLE: readonly number[] = [ALU.div, ALU.mod, ALU.mov]

function canonical(parts: Parts): Instruction {
  const { opcode, dst, src, offset, imm } = parts
  const none = { opcode, dst: 0 as Register, src: 0, offset: 0, imm: 0n }
  const operation = operationOf(opcode)
  const source = usesRegister(opcode) ? { src } : { imm }
  switch (classOf(opcode)) {
    case CLASS.alu32:
    case CLASS.alu64:
      if (operation === ALU.end) return { ...none, dst, imm: parts.bits }
      if (operation === ALU.neg) return { ...none, dst }
      return { ...none, dst, ...source, offset: SIGNABLE.includes(operation) ? parts.variant : 0 }
    case CLASS.jmp:
    case CLASS.jmp32:
      if (operation === JMP.exit) return none
      if (operation === JMP.ja) return { ...none, ...(classOf(opcode) === CLASS.jmp32 ? { imm } : { offset }) }
      if (operation !== JMP.call) return { ...none, dst, ...source, offset }
      if (parts.callee === 0) return { ...none, imm: parts.helper }
      return parts.callee === 1 ? { ...none, src: 1, imm } : { ...none, src: 2, kfunc: parts.kfunc }
    case CLASS.ldx:
      return { ...none, dst, src, offset }
    case CLASS.st:
      return { ...none, dst, offset, imm }
    case CLASS.stx:
      return { ...none, dst, src, offset, imm: modeOf(opcode) === MODE.atomic ? BigInt(parts.atomic) : 0n }
    default:
      if (opcode !== LD_IMM64) return none
      if (parts.callee === 1) return { ...none, dst, src: 4, imm }
      return parts.reference === undefined ? { ...none, dst, imm: parts.wide } : { ...none, dst, reference: parts.reference }
  }
}

describe('assemble', () => {
  it('is the inverse of disassembling', () => {
    const met = new Set<string | undefined>()
    fc.assert(
      fc.property(fc.array(instructions, { minLength: 1 }), (program) => {
        for (const instruction of program) met.add(formOf(instruction))
        expect(assemble(disassemble(program))).toEqual(program)
      }),
      { numRuns: 2000 },
    )
    expect(FORMS.filter((form) => !met.has(form))).toEqual([])
  })
  it('is disassembled to the same text', () => {
    fc.assert(
      fc.property(instructions, (instruction) => {
        const text = formatInstruction(instruction)
        expect(formatInstruction(parseInstruction(text))).toBe(text)
      }),
    )
  })
  it('knows labels, comments and helpers by name', () => {
    const text = `
      # a loop
      r0 = 0
      again:
      r1 = 0x1122334455667788   # two slots
      r0 += 1
      if r0 < 5 goto again
      call bpf_ktime_get_ns
      call twice
      r2 = func twice
      goto out
      out:
      exit
      twice:
      exit`
    const { instructions: program, labels } = assembleWithLabels(text)
    expect(program.map(formatInstruction)).toEqual([
      'r0 = 0',
      'r1 = 0x1122334455667788',
      'r0 += 1',
      'if r0 < 5 goto pc-4',
      'call bpf_ktime_get_ns#5',
      'call pc+4',
      'r2 = func pc+3',
      'goto pc+0',
      'exit',
      'exit',
    ])
    expect([...labels]).toEqual([
      ['again', 1],
      ['out', 10],
      ['twice', 11],
    ])
  })
  it.each([
    ['no instruction', 'r0 = 1\nr0 == 1', 'line 2: not an instruction: r0 == 1'],
    ['a label that is not there', 'goto nowhere', 'line 1: there is no label nowhere'],
    ['a register that is not there', 'r11 = 1', 'line 1: not an instruction: r11 = 1'],
  ])('refuses %s', (_name, text, message) => {
    expect(() => assemble(text)).toThrow(message)
  })
})
