/**
 * Builds a function of the IR, one instruction after another at the end of the current block. Constants are folded by the
 * passes, not here; mutable variables of a source language are stack slots, which a pass turns into SSA values.
 */
import { assert } from '../../base/assert.ts'
import type { Span } from '../../base/source-text.ts'
import type { HelperName } from '../../format/asm/helpers.ts'
import type { KfuncName } from '../../format/asm/kfuncs.ts'
import type { TypeQuestion } from '../../format/asm/type-relocation.ts'
import {
  type AtomicOperator,
  BITS,
  type BinaryOperator,
  type Block,
  type Constant,
  constant,
  type Instruction,
  type IntegerType,
  type IrFunction,
  type IrType,
  isIntegerType,
  type Operand,
  type Parameter,
  type Predicate,
  type StackSlot,
  type Terminator,
} from './ir.ts'

type Distribute<T> = T extends Instruction ? Omit<T, 'id' | 'span'> : never

/**
 * Builds one `IrFunction`. `span` is put on every instruction that is added while it is set. A main function has one
 * parameter, the context; for others their types are given.
 */
export class FunctionBuilder {
  readonly function: IrFunction
  span: Span | undefined
  #block: Block
  #context: Operand | undefined
  readonly #entry: Block
  readonly #shared = new Map<() => IrFunction, IrFunction>()

  constructor(name: string, parameterTypes: readonly IrType[] = ['ptr.context'], options: Pick<IrFunction, 'inlining'> = {}) {
    const parameters = parameterTypes.map((type, index): Parameter => ({ kind: 'parameter', id: index, index, type }))
    this.function = { name, parameters, blocks: [], nextId: parameters.length, ...options }
    this.#entry = this.block('entry')
    this.#block = this.#entry
  }

  /** A parameter, by its place. */
  parameter(index: number): Parameter {
    const parameter = this.function.parameters[index]
    assert(parameter !== undefined, `function ${this.function.name} has no parameter ${index}`)
    return parameter
  }
  /** The context: parameter 0 of a main function; a callback's is set to what its caller has left for it. */
  get context(): Operand {
    return this.#context ?? this.parameter(0)
  }
  set context(pointer: Operand) {
    this.#context = pointer
  }
  /** The block that instructions are added to. */
  get current(): Block {
    return this.#block
  }
  /** True when the current block has its terminator: what follows in the source cannot be reached. */
  get terminated(): boolean {
    return this.#block.terminator !== undefined
  }

  /** Makes an empty block, to be jumped to; does not move to it. */
  block(name: string): Block {
    const block: Block = { id: this.function.nextId++, name, instructions: [], terminator: undefined }
    this.function.blocks.push(block)
    return block
  }
  /** Goes on at the end of `block`. */
  moveTo(block: Block): void {
    this.#block = block
  }

  constant(type: IntegerType, value: bigint | number): Constant {
    return constant(type, value)
  }
  i64(value: bigint | number): Constant {
    return constant('i64', value)
  }

  binary(operator: BinaryOperator, left: Operand, right: Operand): Instruction {
    assert(left.type === right.type, `${operator} of ${left.type} and ${right.type}`)
    return this.#add({ kind: 'binary', type: left.type, operator, left, right })
  }
  compare(predicate: Predicate, left: Operand, right: Operand): Instruction {
    return this.#add({ kind: 'compare', type: 'i1', predicate, left, right })
  }
  /** True when a pointer from a helper is not null. */
  isNotNull(pointer: Operand): Instruction {
    return this.compare('ne', pointer, this.i64(0))
  }
  /** Widens or narrows `value` to `type`; no instruction when it has that type already. */
  convert(value: Operand, type: IntegerType, options: { readonly signed: boolean }): Operand {
    assert(isIntegerType(value.type), `convert of ${value.type}`)
    if (value.type === type) return value
    const narrower = BITS[type] < BITS[value.type]
    return this.#add({ kind: 'convert', type, operator: narrower ? 'trunc' : options.signed ? 'sext' : 'zext', value })
  }

  /** The address that a pointer is, as a number to compute with and to hand to helpers. */
  addressOf(pointer: Operand): Operand {
    return this.#add({ kind: 'convert', type: 'i64', operator: 'address', value: pointer })
  }

  /** Reserves memory for this invocation, in the entry block wherever building goes on. Uninitialised. */
  stackSlot(name: string, size: number): StackSlot {
    const slot: StackSlot = { kind: 'stack_slot', id: this.function.nextId++, type: 'ptr.stack', size, name, span: this.span }
    const firstOther = this.#entry.instructions.findIndex((instruction) => instruction.kind !== 'stack_slot')
    this.#entry.instructions.splice(firstOther === -1 ? this.#entry.instructions.length : firstOther, 0, slot)
    return slot
  }
  load(type: IntegerType | 'ptr.stack' | 'ptr.context', pointer: Operand, offset = 0): Instruction {
    return this.#add({ kind: 'load', type, pointer, offset })
  }
  store(pointer: Operand, value: Operand, offset = 0): void {
    this.#add({ kind: 'store', type: 'void', pointer, offset, value })
  }
  offsetPointer(pointer: Operand, offset: Operand): Operand {
    return this.#add({ kind: 'offset_pointer', type: pointer.type, pointer, offset })
  }
  /** `pointer + offset` for an offset known now; no instruction for 0. */
  at(pointer: Operand, offset: number): Operand {
    return offset === 0 ? pointer : this.offsetPointer(pointer, this.i64(offset))
  }
  zero(pointer: Operand, size: number, offset = 0): void {
    if (size > 0) this.#add({ kind: 'zero', type: 'void', pointer, offset, size })
  }
  copy(target: Operand, source: Operand, size: number, offsets: { target?: number; source?: number } = {}): void {
    if (size === 0) return
    this.#add({ kind: 'copy', type: 'void', target, source, size, targetOffset: offsets.target ?? 0, sourceOffset: offsets.source ?? 0 })
  }
  /** An atomic operation without result. */
  atomic(operator: 'add' | 'and' | 'or' | 'xor', pointer: Operand, value: Operand, offset = 0): void {
    this.#add({ kind: 'atomic', type: 'void', operator, pointer, offset, value })
  }
  /** An atomic operation that yields the old value. @kernel 5.12 */
  atomicFetch(
    operator: AtomicOperator,
    pointer: Operand,
    value: Operand,
    options: { offset?: number; expected?: Operand } = {},
  ): Instruction {
    return this.#add({
      kind: 'atomic',
      type: value.type,
      operator,
      pointer,
      offset: options.offset ?? 0,
      value,
      ...(options.expected === undefined ? {} : { expected: options.expected }),
    })
  }
  /** Calls a helper; `type` is what it answers (i64 unless it is a pointer). */
  call(helper: HelperName, args: readonly Operand[], type: IrType = 'i64'): Instruction {
    return this.#add({ kind: 'call', type, helper, arguments: [...args] })
  }
  /** Calls a function of the kernel; `type` is what it answers. */
  callKfunc(kfunc: KfuncName, args: readonly Operand[], type: IrType = 'i64'): Instruction {
    return this.#add({ kind: 'call_kfunc', type, kfunc, arguments: [...args] })
  }
  /** Calls a function of this program, which returns an i64. */
  callFunction(callee: IrFunction, args: readonly Operand[]): Instruction {
    return this.#add({ kind: 'call_function', type: 'i64', callee, arguments: [...args] })
  }
  /** The function that `make` makes, the same one each time: what this function calls in several places. */
  sharedFunction(make: () => IrFunction): IrFunction {
    const known = this.#shared.get(make) ?? make()
    this.#shared.set(make, known)
    return known
  }
  /** A function of this program, as an argument for helpers that call back. */
  functionReference(target: IrFunction): Instruction {
    return this.#add({ kind: 'function', type: 'ptr.function', target })
  }
  map(map: string): Instruction {
    return this.#add({ kind: 'map', type: 'ptr.map', map })
  }
  mapValue(map: string, offset = 0): Instruction {
    return this.#add({ kind: 'map_value', type: 'ptr.map_value', map, offset })
  }
  lateConstant(name: string): Instruction {
    return this.#add({ kind: 'late_constant', type: 'i64', name })
  }
  /** What the kernel's types say of a type, field or enum that a path names. */
  relocation(question: TypeQuestion, path: string): Instruction {
    return this.#add({ kind: 'relocation', type: 'i64', question, path })
  }
  phi(type: IrType, incoming: readonly { block: Block; value: Operand }[]): Instruction {
    return this.#add({ kind: 'phi', type, incoming: [...incoming] })
  }

  jump(target: Block): void {
    this.#end({ kind: 'jump', target, span: this.span })
  }
  branch(condition: Operand, then: Block, otherwise: Block): void {
    assert(condition.type === 'i1', `branch on ${condition.type}`)
    this.#end({ kind: 'branch', condition, then, otherwise, span: this.span })
  }
  return(value: Operand): void {
    this.#end({ kind: 'return', value, span: this.span })
  }

  /** Runs `body` only when `condition` holds, and goes on behind it. */
  when(condition: Operand, body: () => void, otherwise?: () => void): void {
    const then = this.block('then')
    const join = this.block('join')
    const other = otherwise === undefined ? join : this.block('else')
    this.branch(condition, then, other)
    this.moveTo(then)
    body()
    if (!this.terminated) this.jump(join)
    if (otherwise !== undefined) {
      this.moveTo(other)
      otherwise()
      if (!this.terminated) this.jump(join)
    }
    this.moveTo(join)
  }

  #add<T extends Distribute<Instruction>>(fields: T): Extract<Instruction, { kind: T['kind'] }> {
    assert(!this.terminated, `instruction behind the end of block ${this.#block.name}`)
    const instruction = { ...fields, id: this.function.nextId++, span: this.span } as unknown as Extract<Instruction, { kind: T['kind'] }>
    this.#block.instructions.push(instruction)
    return instruction
  }
  #end(terminator: Terminator): void {
    assert(!this.terminated, `second terminator in block ${this.#block.name}`)
    this.#block.terminator = terminator
  }
}
