/**
 * The state of instruction selection for one function: where each IR value lives, and appending machine instructions.
 * Integers narrower than 64 bits are kept zero-extended in their registers, so widening without sign costs nothing.
 * Constants, map references and frame addresses are made where they are used: that is cheaper than a saved register.
 */
import { InternalError } from '../../../base/errors.ts'
import type { Span } from '../../../base/source-text.ts'
import { PSEUDO, type Reference } from '../../../format/asm/instruction.ts'
import { ALU, type AluOperation, CLASS, LD_IMM64, SOURCE } from '../../../format/asm/opcodes.ts'
import type { TypeRelocation } from '../../../format/asm/type-relocation.ts'
import type { InstructionSet } from '../../../spec/instruction-set.ts'
import type { Block, Constant, Operand, Relocation } from '../../ir/ir.ts'
import { signedValue } from '../../ir/ir.ts'
import { addressOf } from './address.ts'
import {
  FIRST_VIRTUAL,
  FRAME_POINTER,
  type MachineBlock,
  type MachineFunction,
  type MachineInstruction,
  type RegisterNumber,
} from './machine.ts'

/** What is known of the block that a machine block comes from. */
export interface BlockTraits {
  readonly depth: number
  readonly cold: boolean
}

/** True when a value fits the immediate field: signed 32 bits. */
export function fitsImmediate(value: bigint): boolean {
  return value >= -0x8000_0000n && value <= 0x7fff_ffffn
}

/** True when a move of 32 bits makes a value: it clears the upper half. */
function fitsShortMove(value: bigint): boolean {
  return value >= 0n && value <= 0xffff_ffffn
}

/** What a constant's bits read as in the immediate field of 64-bit arithmetic. */
export function immediateOf(constant: Constant): bigint {
  return constant.type === 'i64' ? signedValue(constant) : constant.value
}

/** Selection in progress. */
export class Selection {
  readonly machine: MachineFunction
  readonly instructionSet: InstructionSet
  /** The IR values that must be computed into a register. */
  readonly demanded: ReadonlySet<Operand>
  /** Loads that extend the sign themselves, and the conversions that they do the work of. */
  readonly signExtendingLoads: ReadonlyMap<Operand, Operand>
  /** The machine block in which each IR block begins. */
  readonly blocks = new Map<Block, MachineBlock>()
  span: Span | undefined
  readonly #registers = new Map<Operand, RegisterNumber>()
  /** References and wide constants already in a register, since the last call of this block. */
  readonly #reusable = new Map<string, RegisterNumber>()
  #current: MachineBlock | undefined

  constructor(name: string, plan: Pick<Selection, 'instructionSet' | 'demanded' | 'signExtendingLoads'>) {
    this.machine = { name, blocks: [], nextRegister: FIRST_VIRTUAL }
    this.instructionSet = plan.instructionSet
    this.demanded = plan.demanded
    this.signExtendingLoads = plan.signExtendingLoads
  }

  get current(): MachineBlock {
    if (this.#current === undefined) throw new InternalError('no machine block is open')
    return this.#current
  }
  newRegister(): RegisterNumber {
    return this.machine.nextRegister++
  }
  newBlock(traits: BlockTraits): MachineBlock {
    const block: MachineBlock = { index: this.machine.blocks.length, instructions: [], end: { kind: 'exit' }, ...traits }
    this.machine.blocks.push(block)
    return block
  }
  moveTo(block: MachineBlock): void {
    this.#current = block
    this.#reusable.clear()
  }
  /** What a call overwrites is not worth keeping alive over it. */
  forgetReusable(): void {
    this.#reusable.clear()
  }

  emit(fields: Partial<MachineInstruction> & { readonly opcode: number }): void {
    this.current.instructions.push(this.instruction(fields))
  }
  instruction(fields: Partial<MachineInstruction> & { readonly opcode: number }): MachineInstruction {
    return { dst: 0, src: 0, offset: 0, imm: 0n, span: this.span, ...fields }
  }
  copy(dst: RegisterNumber, src: RegisterNumber): void {
    if (dst !== src) this.emit({ opcode: CLASS.alu64 | ALU.mov | SOURCE.x, dst, src })
  }
  alu(operation: AluOperation, dst: RegisterNumber, operand: { readonly imm: bigint } | { readonly src: RegisterNumber }): void {
    this.emit({ opcode: CLASS.alu64 | ALU[operation] | ('imm' in operand ? SOURCE.k : SOURCE.x), dst, ...operand })
  }

  /** The register that `value` will be defined in. */
  define(value: Operand): RegisterNumber {
    const known = this.#registers.get(value)
    if (known !== undefined) return known
    const register = this.newRegister()
    this.#registers.set(value, register)
    return register
  }
  /** Makes `value` another name for what `register` holds. */
  alias(value: Operand, register: RegisterNumber): void {
    this.#registers.set(value, register)
  }

  /** A register that holds `value`. Not to be written to: others may read it. */
  registerOf(value: Operand): RegisterNumber {
    const source = withoutExtension(value)
    const known = this.#registers.get(source)
    if (known !== undefined) return known
    const key = reuseKey(source)
    if (key === undefined) return this.#made(source)
    const reused = this.#reusable.get(key)
    if (reused !== undefined) return reused
    const register = this.#made(source)
    this.#reusable.set(key, register)
    return register
  }
  #made(value: Operand): RegisterNumber {
    const register = this.newRegister()
    this.put(register, value)
    return register
  }

  /** Puts `value` into a given register, in the cheapest way. */
  put(dst: RegisterNumber, value: Operand): void {
    const source = withoutExtension(value)
    switch (source.kind) {
      case 'constant':
        this.putConstant(dst, immediateOf(source))
        return
      case 'map':
        this.putReference(dst, { kind: 'map', map: source.map })
        return
      case 'late_constant':
        this.putReference(dst, { kind: 'constant', name: source.name })
        return
      case 'relocation':
        this.emit({ opcode: isWide(source) ? LD_IMM64 : CLASS.alu64 | ALU.mov | SOURCE.k, dst, relocation: relocationOf(source) })
        return
      case 'function':
        this.emit({ opcode: LD_IMM64, dst, src: PSEUDO.function, callee: source.target })
        return
      case 'stack_slot':
      case 'map_value':
      case 'offset_pointer':
        this.#putAddress(dst, source)
        return
      default:
        this.copy(dst, this.#existing(source))
        return
    }
  }
  putConstant(dst: RegisterNumber, value: bigint): void {
    if (fitsImmediate(value)) this.emit({ opcode: CLASS.alu64 | ALU.mov | SOURCE.k, dst, imm: value })
    else if (fitsShortMove(value)) this.emit({ opcode: CLASS.alu32 | ALU.mov | SOURCE.k, dst, imm: BigInt.asIntN(32, value) })
    else this.emit({ opcode: LD_IMM64, dst, imm: value })
  }
  putReference(dst: RegisterNumber, reference: Reference): void {
    this.emit({ opcode: LD_IMM64, dst, reference })
  }

  #putAddress(dst: RegisterNumber, pointer: Operand): void {
    const { base, offset } = addressOf(pointer)
    if (base.kind === 'map_value') {
      this.putReference(dst, { kind: 'map-value', map: base.map, offset: base.offset + offset })
      return
    }
    if (base.kind === 'stack_slot') {
      this.copy(dst, FRAME_POINTER)
      this.emit({ opcode: CLASS.alu64 | ALU.add | SOURCE.k, dst, imm: BigInt(offset), frame: base })
      return
    }
    this.copy(dst, this.#existing(base))
    if (offset !== 0) this.alu('add', dst, { imm: BigInt(offset) })
  }
  #existing(value: Operand): RegisterNumber {
    const register = this.#registers.get(value)
    if (register === undefined)
      throw new InternalError(`value %${value.kind === 'constant' ? value.value : value.id} (${value.kind}) has no register`)
    return register
  }
}

/** Looks through zero-extensions, which leave the register as it is. */
export function withoutExtension(value: Operand): Operand {
  let source = value
  while (source.kind === 'convert' && source.operator === 'zext') source = source.value
  return source
}

/** Values of enums may need 64 bits; everything else that types tell is small. */
const isWide = ({ question }: Relocation): boolean => question === 'enum_value'

/** What an instruction carries for a relocation. */
export const relocationOf = ({ question, path }: Relocation): TypeRelocation => ({ question, path })

/** Looks through truncations to whole bytes, for who reads only the low bits of a register. */
export function withoutTruncation(value: Operand): Operand {
  let source = value
  while (source.kind === 'convert' && source.operator === 'trunc' && source.type !== 'i1') source = source.value
  return source
}

function reuseKey(value: Operand): string | undefined {
  if (value.kind === 'constant') {
    const number = immediateOf(value)
    return fitsImmediate(number) || fitsShortMove(number) ? undefined : `constant ${number}`
  }
  if (value.kind === 'map') return `map ${value.map}`
  if (value.kind === 'map_value') return `map_value ${value.map} ${value.offset}`
  if (value.kind === 'late_constant') return `late ${value.name}`
  return undefined
}
