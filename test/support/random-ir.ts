/**
 * Random functions of the IR for property tests: a list of small numbers, from fast-check, drives the builder. They read
 * `INPUTS` values from the map `in`, compute, and write everything that is still around to the map `out`.
 */
import fc from 'fast-check'
import { FunctionBuilder } from '../../src/compiler/ir/builder.ts'
import type { BinaryOperator, IntegerType, IrFunction, Operand, Predicate, StackSlot } from '../../src/compiler/ir/ir.ts'

/** Values of 8 bytes in the map `in`. */
const INPUTS = 8
/** Values of 8 bytes in the map `out`. */
export const OUTPUTS = 24

const OPERATORS: readonly BinaryOperator[] = [
  'add',
  'sub',
  'mul',
  'udiv',
  'sdiv',
  'umod',
  'smod',
  'and',
  'or',
  'xor',
  'shl',
  'lshr',
  'ashr',
]
const PREDICATES: readonly Predicate[] = ['eq', 'ne', 'ult', 'ule', 'ugt', 'uge', 'slt', 'sle', 'sgt', 'sge']

/** Entries of 8 bytes in the map `table`. */
export const TABLE = 4

/** One step of building. */
export interface Step {
  readonly action: 'binary' | 'constant' | 'compare' | 'convert' | 'set' | 'get' | 'when' | 'loop' | 'block' | 'atomic' | 'lookup'
  readonly choice: number
  readonly a: number
  readonly b: number
  readonly wide: boolean
  readonly value: bigint
  readonly body: readonly Step[]
  readonly otherwise: readonly Step[]
}

const interesting = fc.oneof(
  fc.bigInt({ min: -4n, max: 4n }),
  fc.constantFrom(0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 1n << 63n, (1n << 63n) - 1n, 1n << 32n, 8n, 1000n),
  fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }),
)
/** Input values: small, at the edges, anywhere. */
export const arbitraryInputs = fc.array(interesting, { minLength: INPUTS, maxLength: INPUTS })

const stepFields = {
  choice: fc.nat(1000),
  a: fc.nat(1000),
  b: fc.nat(1000),
  wide: fc.boolean(),
  value: interesting,
}
const SIMPLE: Step['action'][] = [
  'binary',
  'binary',
  'binary',
  'binary',
  'constant',
  'compare',
  'convert',
  'set',
  'get',
  'block',
  'atomic',
  'lookup',
  'lookup',
]
const simple: fc.Arbitrary<Step> = fc.record({
  ...stepFields,
  action: fc.constantFrom(...SIMPLE),
  body: fc.constant([]),
  otherwise: fc.constant([]),
})
const nested: fc.Arbitrary<Step> = fc.record({
  ...stepFields,
  action: fc.constantFrom<Step['action']>('when', 'when', 'loop'),
  body: fc.array(fc.oneof({ weight: 5, arbitrary: simple }), { maxLength: 6 }),
  otherwise: fc.array(simple, { maxLength: 4 }),
})
const deep: fc.Arbitrary<Step> = fc.record({
  ...stepFields,
  action: fc.constant<Step['action']>('when'),
  body: fc.array(fc.oneof(simple, nested), { maxLength: 6 }),
  otherwise: fc.array(fc.oneof(simple, nested), { maxLength: 4 }),
})

/** Programs of some dozens of steps. */
export const arbitrarySteps = fc.array(
  fc.oneof({ weight: 6, arbitrary: simple }, { weight: 1, arbitrary: nested }, { weight: 1, arbitrary: deep }),
  {
    minLength: 4,
    maxLength: 60,
    size: 'max',
  },
)

/** Builds the function that a list of steps describes. The same list builds the same function. */
export function buildFunction(steps: readonly Step[]): IrFunction {
  const builder = new FunctionBuilder('random')
  const maker = new Maker(builder)
  maker.steps(steps)
  maker.finish()
  return builder.function
}

class Maker {
  readonly #builder: FunctionBuilder
  readonly #slots: StackSlot[] = []
  /** A slot of bytes, used through changing offsets. */
  readonly #memory: StackSlot
  #values: Operand[] = []
  #depth = 0

  constructor(builder: FunctionBuilder) {
    this.#builder = builder
    const input = builder.mapValue('in')
    for (let i = 0; i < INPUTS; i++) this.#values.push(builder.load('i64', input, i * 8))
    for (let i = 0; i < 4; i++) {
      this.#slots.push(builder.stackSlot(`variable${i}`, 8))
      builder.store(this.#slots[i] as StackSlot, builder.i64(i))
    }
    this.#memory = builder.stackSlot('memory', 64)
    builder.zero(this.#memory, 64)
  }

  steps(steps: readonly Step[]): void {
    for (const step of steps) this.#step(step)
  }

  finish(): void {
    const builder = this.#builder
    const out = builder.mapValue('out')
    for (const slot of this.#slots) this.#values.push(builder.load('i64', slot))
    const last = this.#values.slice(-(OUTPUTS - 8))
    for (const [i, value] of last.entries()) builder.store(out, this.#as(value, 'i64'), i * 8)
    for (let i = 0; i < 8; i++) builder.store(out, builder.load('i64', this.#memory, i * 8), (OUTPUTS - 8 + i) * 8)
    builder.return(builder.i64(0))
  }

  #pick(number: number): Operand {
    return this.#values[this.#values.length - 1 - (number % this.#values.length)] as Operand
  }
  #as(value: Operand, type: IntegerType, signed = false): Operand {
    return this.#builder.convert(value, type, { signed })
  }

  #step(step: Step): void {
    const builder = this.#builder
    const type: IntegerType = step.wide ? 'i64' : 'i32'
    const left = this.#as(this.#pick(step.a), type)
    const right = step.choice % 3 === 0 ? builder.constant(type, step.value) : this.#as(this.#pick(step.b), type)
    switch (step.action) {
      case 'binary':
        this.#values.push(builder.binary(OPERATORS[step.choice % OPERATORS.length] as BinaryOperator, left, right))
        return
      case 'constant':
        this.#values.push(builder.constant(type, step.value))
        return
      case 'compare':
        this.#values.push(
          this.#as(builder.compare(PREDICATES[step.choice % PREDICATES.length] as Predicate, left, right), type, step.b % 2 === 0),
        )
        return
      case 'convert': {
        const narrow = (['i8', 'i16', 'i32', 'i1'] as const)[step.choice % 4] as IntegerType
        this.#values.push(this.#as(this.#as(left, narrow), 'i64', step.b % 2 === 0))
        return
      }
      case 'set':
        builder.store(this.#slots[step.choice % 4] as StackSlot, this.#as(left, 'i64'))
        return
      case 'get':
        this.#values.push(builder.load('i64', this.#slots[step.choice % 4] as StackSlot))
        return
      default:
        this.#large(step, left, right)
    }
  }

  #large(step: Step, left: Operand, right: Operand): void {
    switch (step.action) {
      case 'block':
        this.#blockOperation(step, left)
        return
      case 'atomic':
        this.#atomic(step, left, right)
        return
      case 'lookup':
        this.#lookup(left, right)
        return
      case 'when':
        this.#when(step, this.#builder.compare(PREDICATES[step.choice % PREDICATES.length] as Predicate, left, right))
        return
      default:
        this.#loop(step)
        return
    }
  }

  /** Memory of the slot, at constant and at run-time places. */
  #blockOperation(step: Step, left: Operand): void {
    const builder = this.#builder
    const narrow = (['i8', 'i16', 'i32', 'i64'] as const)[step.choice % 4] as IntegerType
    const bytes = [1, 2, 4, 8][step.choice % 4] as number
    const at = (step.b % (64 / bytes)) * bytes
    if (step.a % 4 === 0) builder.zero(this.#memory, 1 + (step.b % (64 - at)), at)
    else if (step.a % 4 === 1) builder.copy(this.#memory, this.#memory, 16 + (step.b % 16), { target: 0, source: 32 })
    else if (step.a % 4 === 2) builder.store(this.#memory, this.#as(left, narrow), at)
    else this.#values.push(this.#as(builder.load(narrow, this.#memory, at), 'i64', step.wide))
  }

  #atomic(step: Step, left: Operand, right: Operand): void {
    const operator = (['add', 'and', 'or', 'xor', 'exchange', 'compare_exchange'] as const)[step.choice % 6] as 'add'
    const offset = 8 * (step.b % 8)
    const expected = step.choice % 6 === 5 ? { expected: right } : {}
    if (step.a % 3 === 0 && step.choice % 6 < 4) this.#builder.atomic(operator, this.#memory, left, offset)
    else this.#values.push(this.#builder.atomicFetch(operator, this.#memory, left, { offset, ...expected }))
  }

  /** A helper call, which overwrites registers: reads and writes an entry of the map `table`, or finds none. */
  #lookup(left: Operand, right: Operand): void {
    const builder = this.#builder
    const key = builder.stackSlot('key', 4)
    builder.store(key, builder.binary('and', this.#as(left, 'i32'), builder.constant('i32', 2 * TABLE - 1)))
    const entry = builder.call('map_lookup_elem', [builder.map('table'), key], 'ptr.map_value')
    const slot = this.#slots[0] as StackSlot
    builder.when(
      builder.isNotNull(entry),
      () => {
        builder.store(slot, builder.load('i64', entry))
        builder.store(entry, this.#as(right, 'i64'))
      },
      () => builder.store(slot, this.#as(right, 'i64', true)),
    )
    this.#values.push(builder.load('i64', slot))
  }

  #when(step: Step, condition: Operand): void {
    const before = [...this.#values]
    this.#builder.when(
      condition,
      () => {
        this.steps(step.body)
        this.#values = [...before]
      },
      step.otherwise.length === 0
        ? undefined
        : () => {
            this.steps(step.otherwise)
            this.#values = [...before]
          },
    )
    this.#values = [...before]
  }

  /** A loop of a few rounds, counted in a slot. */
  #loop(step: Step): void {
    if (this.#depth > 0) return
    this.#depth++
    const builder = this.#builder
    const counter = builder.stackSlot('counter', 8)
    builder.store(counter, builder.i64(0))
    const [head, body, done] = [builder.block('head'), builder.block('body'), builder.block('done')]
    builder.jump(head)
    builder.moveTo(head)
    const count = builder.load('i64', counter)
    builder.branch(builder.compare('ult', count, builder.i64((step.choice % 3) + 1)), body, done)
    const before = [...this.#values]
    builder.moveTo(body)
    this.steps(step.body)
    builder.store(counter, builder.binary('add', builder.load('i64', counter), builder.i64(1)))
    builder.jump(head)
    builder.moveTo(done)
    this.#values = before
    this.#depth--
  }
}
