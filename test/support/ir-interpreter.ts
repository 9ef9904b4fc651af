/**
 * A plain interpreter of the compiler's IR, against which compiled programs are compared. It shares no code with the
 * compiler's own constant folding, on purpose.
 */
import type { Block, Instruction, IntegerType, IrFunction, Operand, Predicate } from '../../src/compiler/ir/ir.ts'

const WIDTH: Readonly<Record<IntegerType, number>> = { i1: 1, i8: 8, i16: 16, i32: 32, i64: 64 }

/** A pointer: some memory and a place in it; `null` is the null pointer. */
export interface Pointer {
  readonly memory: Uint8Array
  readonly at: number
}
type Value = bigint | Pointer | IrFunction | null
/** What the address of whatever memory is, as a number. */
const SOME_ADDRESS = 0xffff_8880_0000_0000n

/** What the function may touch. */
export interface Surroundings {
  readonly context: Uint8Array
  /** Memory of one-entry arrays, by map name; written to by the program. */
  readonly maps: ReadonlyMap<string, Uint8Array>
  readonly constants?: ReadonlyMap<string, bigint>
  /** Answers of the kernel's types, by question and path with a space between. */
  readonly relocations?: ReadonlyMap<string, bigint>
  /** Answers a helper call. Maps are handed over by name. */
  readonly call?: (helper: string, args: readonly (Value | string)[]) => Value
  /** Instructions to run at most; more is an endless loop. */
  readonly limit?: number
}

/** Runs a function; answers what it returns. */
export function interpret(fn: IrFunction, surroundings: Surroundings): bigint {
  const run = new Run(surroundings)
  return run.run(fn)
}

const isPointer = (value: Value | string): value is Pointer => value !== null && typeof value === 'object' && 'memory' in value

class Run {
  readonly #values = new Map<Operand, Value | string>()
  readonly #surroundings: Surroundings
  readonly #iterators = new Map<Uint8Array, { next: bigint; end: bigint }>()
  #left: number

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings
    this.#left = surroundings.limit ?? 100_000
  }

  run(fn: IrFunction, args?: readonly (Value | string)[]): bigint {
    for (const parameter of fn.parameters)
      this.#values.set(parameter, args?.[parameter.index] ?? { memory: this.#surroundings.context, at: 0 })
    let block = fn.blocks[0] as Block
    let from: Block | undefined
    for (;;) {
      this.#enter(block, from)
      for (const instruction of block.instructions) {
        if (this.#left-- < 0) throw new Error('the program does not end')
        if (instruction.kind !== 'phi') this.#values.set(instruction, this.#execute(instruction))
      }
      const terminator = block.terminator
      if (terminator === undefined) throw new Error('no terminator')
      if (terminator.kind === 'return') return this.#number(terminator.value)
      from = block
      if (terminator.kind === 'jump') block = terminator.target
      else block = this.#number(terminator.condition) === 0n ? terminator.otherwise : terminator.then
      if (this.#left-- < 0) throw new Error('the program does not end')
    }
  }

  #enter(block: Block, from: Block | undefined): void {
    const taken: [Instruction, Value | string][] = []
    for (const phi of block.instructions) {
      if (phi.kind !== 'phi') continue
      const entry = phi.incoming.find((incoming) => incoming.block === from)
      if (entry === undefined) throw new Error(`phi %${phi.id} has no value for where it comes from`)
      taken.push([phi, this.#value(entry.value)])
    }
    for (const [phi, value] of taken) this.#values.set(phi, value)
  }

  #value(operand: Operand): Value | string {
    if (operand.kind === 'constant') return operand.value
    const value = this.#values.get(operand)
    if (value === undefined) throw new Error(`%${operand.id} is used before it has a value`)
    return value
  }
  #number(operand: Operand): bigint {
    const value = this.#value(operand)
    if (isPointer(value) && operand.type === 'i64') return SOME_ADDRESS + BigInt(value.at)
    if (typeof value !== 'bigint') throw new Error('a number is expected')
    return value
  }
  #pointer(operand: Operand, offset = 0): Pointer {
    const value = this.#value(operand)
    if (!isPointer(value)) throw new Error('a pointer is expected')
    return { memory: value.memory, at: value.at + offset }
  }

  #execute(instruction: Exclude<Instruction, { kind: 'phi' }>): Value | string {
    switch (instruction.kind) {
      case 'binary':
        return binary(
          instruction.operator,
          WIDTH[instruction.type as IntegerType],
          this.#number(instruction.left),
          this.#number(instruction.right),
        )
      case 'compare':
        return this.#compare(instruction)
      case 'convert': {
        // An address goes on to say what it points into, for the helpers that it is handed to.
        if (instruction.operator === 'address') return this.#value(instruction.value)
        const from = WIDTH[instruction.value.type as IntegerType]
        const value = this.#number(instruction.value)
        return BigInt.asUintN(WIDTH[instruction.type as IntegerType], instruction.operator === 'sext' ? BigInt.asIntN(from, value) : value)
      }
      case 'stack_slot':
        // Whatever was there before: nothing may depend on it.
        return { memory: new Uint8Array(instruction.size).fill(0xa5), at: 0 }
      case 'load':
        return read(this.#pointer(instruction.pointer, instruction.offset), instruction.type as IntegerType)
      case 'store':
        write(
          this.#pointer(instruction.pointer, instruction.offset),
          instruction.value.type as IntegerType,
          this.#number(instruction.value),
        )
        return 0n
      case 'offset_pointer':
        return this.#pointer(instruction.pointer, Number(BigInt.asIntN(64, this.#number(instruction.offset))))
      case 'zero': {
        const { memory, at } = this.#pointer(instruction.pointer, instruction.offset)
        memory.fill(0, at, at + instruction.size)
        return 0n
      }
      case 'copy': {
        const target = this.#pointer(instruction.target, instruction.targetOffset)
        const source = this.#pointer(instruction.source, instruction.sourceOffset)
        target.memory.set(source.memory.slice(source.at, source.at + instruction.size), target.at)
        return 0n
      }
      case 'atomic':
        return this.#atomic(instruction)
      case 'call': {
        const [count, callback, argument] = instruction.arguments.map((operand) => this.#value(operand))
        if (instruction.helper === 'loop') return this.#loop(count as bigint, callback as IrFunction, argument as Value)
        if (this.#surroundings.call === undefined) throw new Error(`no helper ${instruction.helper}`)
        return this.#surroundings.call(
          instruction.helper,
          instruction.arguments.map((argument) => this.#value(argument)),
        )
      }
      case 'call_function':
        return this.#inner().run(
          instruction.callee,
          instruction.arguments.map((argument) => this.#value(argument)),
        )
      case 'call_kfunc':
        return this.#iterate(instruction)
      case 'function':
        return instruction.target
      case 'map':
        return instruction.map
      case 'map_value': {
        const memory = this.#surroundings.maps.get(instruction.map)
        if (memory === undefined) throw new Error(`no map ${instruction.map}`)
        return { memory, at: instruction.offset }
      }
      case 'relocation':
        return this.#surroundings.relocations?.get(`${instruction.question} ${instruction.path}`) ?? 0n
      case 'late_constant':
        return this.#surroundings.constants?.get(instruction.name) ?? 0n
    }
  }

  /** A run of another function, on what is left of the limit. */
  #inner(): Run {
    return new Run({ ...this.#surroundings, limit: this.#left })
  }

  /** `bpf_loop`: rounds until the callback answers something else than 0; answers how many there were. */
  #loop(count: bigint, callback: IrFunction, argument: Value): bigint {
    for (let round = 0n; round < BigInt.asUintN(32, count); round++) {
      if (this.#left-- < 0) throw new Error('the program does not end')
      if (this.#inner().run(callback, [round, argument]) !== 0n) return round + 1n
    }
    return BigInt.asUintN(32, count)
  }

  /** Iterators over numbers: the memory of the iterator stands for it. */
  #iterate({ kfunc, arguments: given }: Extract<Instruction, { kind: 'call_kfunc' }>): Value {
    const [iterator, start, end] = given as [Operand, Operand, Operand]
    const { memory } = this.#pointer(iterator)
    if (kfunc === 'bpf_iter_num_new') this.#iterators.set(memory, { next: this.#number(start), end: this.#number(end) })
    if (kfunc !== 'bpf_iter_num_next') return 0n
    const state = this.#iterators.get(memory)
    if (state === undefined) throw new Error('there is no iterator')
    if (state.next >= state.end) return null
    const value = { memory: new Uint8Array(8), at: 0 }
    write(value, 'i64', state.next++)
    return value
  }

  #compare({ predicate, left, right }: Extract<Instruction, { kind: 'compare' }>): bigint {
    const a = this.#value(left)
    const b = this.#value(right)
    if (typeof a !== 'bigint' || typeof b !== 'bigint') {
      const isNull = a === null
      return (predicate === 'eq') === isNull ? 1n : 0n
    }
    return compare(predicate, WIDTH[left.type as IntegerType], a, b) ? 1n : 0n
  }

  #atomic(instruction: Extract<Instruction, { kind: 'atomic' }>): bigint {
    const place = this.#pointer(instruction.pointer, instruction.offset)
    const type = instruction.value.type as IntegerType
    const old = read(place, type)
    const value = this.#number(instruction.value)
    if (instruction.operator === 'exchange') write(place, type, value)
    else if (instruction.operator !== 'compare_exchange') write(place, type, binary(instruction.operator, WIDTH[type], old, value))
    else if (instruction.expected !== undefined && this.#number(instruction.expected) === old) write(place, type, value)
    return old
  }
}

function binary(operator: string, width: number, left: bigint, right: bigint): bigint {
  const wrap = (value: bigint) => BigInt.asUintN(width, value)
  const signed = (value: bigint) => BigInt.asIntN(width, value)
  const amount = right % BigInt(width)
  switch (operator) {
    case 'add':
      return wrap(left + right)
    case 'sub':
      return wrap(left - right)
    case 'mul':
      return wrap(left * right)
    case 'udiv':
      return right === 0n ? 0n : left / right
    case 'sdiv':
      return right === 0n ? 0n : wrap(signed(left) / signed(right))
    case 'umod':
      return right === 0n ? left : left % right
    case 'smod':
      return right === 0n ? left : wrap(signed(left) % signed(right))
    case 'and':
      return left & right
    case 'or':
      return left | right
    case 'xor':
      return left ^ right
    case 'shl':
      return wrap(left << amount)
    case 'lshr':
      return left >> amount
    case 'ashr':
      return wrap(signed(left) >> amount)
    default:
      throw new Error(`no operator ${operator}`)
  }
}

function compare(predicate: Predicate, width: number, left: bigint, right: bigint): boolean {
  const isSigned = predicate.startsWith('s')
  const a = isSigned ? BigInt.asIntN(width, left) : left
  const b = isSigned ? BigInt.asIntN(width, right) : right
  if (predicate === 'eq') return a === b
  if (predicate === 'ne') return a !== b
  if (predicate.endsWith('lt')) return a < b
  if (predicate.endsWith('le')) return a <= b
  return predicate.endsWith('gt') ? a > b : a >= b
}

function read({ memory, at }: Pointer, type: IntegerType): bigint {
  let value = 0n
  for (let i = 0; i < Math.ceil(WIDTH[type] / 8); i++) {
    const byte = memory[at + i]
    if (byte === undefined) throw new Error(`read behind the end of memory, at ${at + i}`)
    value |= BigInt(byte) << BigInt(8 * i)
  }
  return value
}

function write({ memory, at }: Pointer, type: IntegerType, value: bigint): void {
  for (let i = 0; i < Math.ceil(WIDTH[type] / 8); i++) {
    if (at + i >= memory.length || at + i < 0) throw new Error(`write behind the end of memory, at ${at + i}`)
    memory[at + i] = Number((value >> BigInt(8 * i)) & 0xffn)
  }
}
