/**
 * One step from a frame to its caller, by a rule: new values of RIP, RSP and RBP, or the end of the walk.
 */
import { SIGNAL_FRAME } from '../../../format/eh-frame/frame-program.ts'
import { FRAME_REGISTER, RULE_BITS, RULE_FORM, SPECIAL_RULE } from '../../../format/eh-frame/unwind-rule.ts'
import { FunctionBuilder } from '../../ir/builder.ts'
import type { Block, IrFunction, Operand } from '../../ir/ir.ts'
import { findRule } from './find-rule.ts'
import { findTable } from './find-table.ts'
import { type RegisterSource, type UserRegisters, userRegisters } from './user-registers.ts'
import { NOT_INLINED, type VariableName, type WalkMemory, walkMemory } from './walk-memory.ts'

/** What a step answers: there is a caller, there is none, or the kernel is to walk from the start. */
export const STEP = { done: 0, end: 1, byKernel: 2 } as const

const WORD = 8

/** Adds a step from the frame of the variables to its caller; answers one of `STEP`. */
export function stepFrame(builder: FunctionBuilder, memory: WalkMemory, registers: RegisterSource): Operand {
  return registers === 'context'
    ? builder.callFunction(builder.sharedFunction(stepFromContext), [builder.context, memory.pointer])
    : builder.callFunction(builder.sharedFunction(stepFromTask), [memory.pointer])
}

function stepFromContext(): IrFunction {
  const builder = new FunctionBuilder('step_frame', ['ptr.context', 'ptr.stack'], NOT_INLINED)
  return buildStep(builder, { memory: walkMemory(builder, builder.parameter(1)), source: 'context' })
}
function stepFromTask(): IrFunction {
  const builder = new FunctionBuilder('step_frame', ['ptr.stack'], NOT_INLINED)
  return buildStep(builder, { memory: walkMemory(builder, builder.parameter(0)), source: 'task' })
}

/** What the parts of a step work with. */
class Step {
  readonly builder: FunctionBuilder
  readonly memory: WalkMemory
  /** Where to go when there is no caller, or none can be found. */
  readonly end: Block

  constructor(builder: FunctionBuilder, memory: WalkMemory) {
    this.builder = builder
    this.memory = memory
    this.end = builder.block('end')
  }
  get(name: VariableName): Operand {
    return this.memory.variable(name).get()
  }
  set(name: VariableName, value: Operand): void {
    this.memory.variable(name).set(value)
  }
  /** A variable and a number of bytes. */
  plus(name: VariableName, bytes: number): Operand {
    return this.builder.binary('add', this.get(name), this.builder.i64(bytes))
  }
  has(form: Operand, bit: number): Operand {
    return this.builder.compare('ne', this.builder.binary('and', form, this.builder.i64(bit)), this.builder.i64(0))
  }
  endIf(condition: Operand): void {
    const on = this.builder.block('on')
    this.builder.branch(condition, this.end, on)
    this.builder.moveTo(on)
  }
  /** Words of the program, one or two; the walk ends where they cannot be read. */
  read(address: Operand, words: 1 | 2): readonly [Operand, Operand] {
    const { builder } = this
    const slot = builder.stackSlot('words', words * WORD)
    const answer = builder.call('probe_read_user', [slot, builder.i64(words * WORD), address])
    this.endIf(builder.compare('ne', answer, builder.i64(0)))
    const first = builder.load('i64', slot)
    return [first, words === 1 ? first : builder.load('i64', slot, WORD)]
  }
}

function buildStep(
  builder: FunctionBuilder,
  { memory, source }: { readonly memory: WalkMemory; readonly source: RegisterSource },
): IrFunction {
  const step = new Step(builder, memory)
  // A return address is looked up by the call before it, which may be the last instruction of its function.
  step.set('address', builder.binary('sub', builder.binary('add', step.get('ip'), step.get('exact')), builder.i64(1)))
  step.set('rule', builder.i64(SPECIAL_RULE.framePointer))
  findTable(builder, memory)
  findRule(builder, memory)
  if (source === 'context') leaveEntryToKernel(step)
  applyRule(step, source)
  builder.return(builder.i64(STEP.done))
  builder.moveTo(step.end)
  builder.return(builder.i64(STEP.end))
  return builder.function
}

/**
 * A uprobe at the first instructions of a function that keeps frame pointers: the kernel knows from the instruction whether RBP is
 * the function's own yet.
 */
function leaveEntryToKernel(step: Step): void {
  const { builder } = step
  const isFirst = builder.compare('eq', step.get('number'), builder.i64(0))
  const keepsPointers = builder.compare('eq', step.get('rule'), builder.i64(SPECIAL_RULE.framePointer))
  const [leave, on] = [builder.block('leave'), builder.block('on')]
  builder.branch(builder.binary('and', isFirst, keepsPointers), leave, on)
  builder.moveTo(leave)
  builder.return(builder.i64(STEP.byKernel))
  builder.moveTo(on)
}

function applyRule(step: Step, source: RegisterSource): void {
  const { builder } = step
  step.set('nextExact', builder.i64(0))
  const form = builder.binary('and', builder.binary('lshr', step.get('rule'), builder.i64(RULE_BITS.form)), builder.i64(0xff))
  const isRule = (value: number) => builder.compare('eq', step.get('rule'), builder.i64(value))
  builder.when(
    step.has(form, RULE_FORM.special),
    () => {
      step.endIf(isRule(SPECIAL_RULE.end))
      step.endIf(isRule(SPECIAL_RULE.unknown))
      builder.when(
        isRule(SPECIAL_RULE.signal),
        () => readSignalFrame(step),
        () => followFramePointer(step),
      )
    },
    () => {
      setFrameAddress(step, form, userRegistersLater(builder, source))
      readCaller(step, form)
    },
  )
  // Frames of handlers may lie on a stack of their own; all others lie above what they called.
  const upwards = builder.compare('ugt', step.get('cfa'), step.get('sp'))
  const afterSignal = builder.compare('ne', step.get('nextExact'), builder.i64(0))
  const hasCaller = builder.compare('ne', step.get('returnAddress'), builder.i64(0))
  const isFrame = builder.binary('and', builder.binary('or', upwards, afterSignal), hasCaller)
  step.endIf(builder.binary('xor', isFrame, builder.constant('i1', 1)))
  step.set('ip', step.get('returnAddress'))
  step.set('sp', step.get('cfa'))
  step.set('exact', step.get('nextExact'))
}

const userRegistersLater = (builder: FunctionBuilder, source: RegisterSource) => (): UserRegisters => userRegisters(builder, source)

/** The CFA by register, offset and form. */
function setFrameAddress(step: Step, form: Operand, registers: () => UserRegisters): void {
  const { builder } = step
  const number = builder.binary('and', form, builder.i64(RULE_FORM.register))
  step.set('base', step.get('sp'))
  builder.when(builder.compare('ne', number, builder.i64(FRAME_REGISTER.sp)), () => {
    step.set('base', step.get('bp'))
    builder.when(builder.compare('ne', number, builder.i64(FRAME_REGISTER.bp)), () => {
      // Others are known of the innermost frame alone.
      step.endIf(builder.compare('ne', step.get('number'), builder.i64(0)))
      step.set('base', registers().byNumber(number))
    })
  })
  const offset = builder.binary('ashr', builder.binary('shl', step.get('rule'), builder.i64(32)), builder.i64(32))
  step.set('cfa', builder.binary('add', step.get('base'), offset))
  builder.when(step.has(form, RULE_FORM.dereference), () => {
    // The bit for one word more has the value of four words.
    const more = builder.binary('lshr', builder.binary('and', form, builder.i64(RULE_FORM.plusWord)), builder.i64(2))
    step.set('cfa', builder.binary('add', step.read(step.get('cfa'), 1)[0], more))
  })
}

/** The return address below the CFA, and RBP. Mostly they are neighbours, so both are read at once. */
function readCaller(step: Step, form: Operand): void {
  const { builder } = step
  const [below, returnAddress] = step.read(step.plus('cfa', -2 * WORD), 2)
  step.set('returnAddress', returnAddress)
  const saved = builder.binary('lshr', step.get('rule'), builder.i64(RULE_BITS.savedBp))
  builder.when(builder.compare('ne', saved, builder.i64(0)), () => {
    step.set('base', builder.binary('sub', step.get('cfa'), builder.binary('shl', saved, builder.i64(3))))
    builder.when(
      builder.compare('eq', saved, builder.i64(2)),
      () => step.set('bp', below),
      () => step.set('bp', step.read(step.get('base'), 1)[0]),
    )
  })
  builder.when(step.has(form, RULE_FORM.bpAtBp), () => step.set('bp', step.read(step.get('bp'), 1)[0]))
}

/** As if RBP pointed to the caller's RBP, with the return address above it. */
function followFramePointer(step: Step): void {
  // What lies below the stack pointer is no frame.
  step.endIf(step.builder.compare('ult', step.get('bp'), step.get('sp')))
  const [caller, returnAddress] = step.read(step.get('bp'), 2)
  step.set('cfa', step.plus('bp', 2 * WORD))
  step.set('returnAddress', returnAddress)
  step.set('bp', caller)
}

/** What the kernel will give back when the handler is done. */
function readSignalFrame(step: Step): void {
  const [sp, ip] = step.read(step.plus('sp', SIGNAL_FRAME.sp), 2)
  const [bp] = step.read(step.plus('sp', SIGNAL_FRAME.bp), 1)
  step.set('cfa', sp)
  step.set('returnAddress', ip)
  step.set('bp', bp)
  step.set('nextExact', step.builder.i64(1))
}
