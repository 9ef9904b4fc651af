/**
 * Puts the body of a function in the place of a call: of functions that are called once, and of small ones. A call costs what
 * it clobbers (r0 to r5), a frame of at least 32 bytes, and all that the passes could have known of the arguments. What is
 * handed to a helper as a callback stays a function.
 */

import { copyBlocks } from '../ir/copy-blocks.ts'
import type { Block, CallFunction, IrFunction, Operand } from '../ir/ir.ts'
import { constant } from '../ir/ir.ts'
import { phisOf, replaceOperands } from '../ir/operands.ts'
import { functionsOf } from '../ir/program-functions.ts'

/** Instructions up to which a function is copied to every call. */
const SMALL = 12

/** Inlines calls all over the program that begins at `main`, innermost first; true when there were any. */
export function inlineCalls(main: IrFunction): boolean {
  const functions = functionsOf(main)
  if (functions.length === 1) return false
  const callCounts = countCalls(functions)
  let changed = false
  for (const fn of functions) {
    for (let call = nextCall(fn, callCounts); call !== undefined; call = nextCall(fn, callCounts)) {
      inlineCall(fn, call)
      changed = true
    }
  }
  return changed
}

function countCalls(functions: readonly IrFunction[]): ReadonlyMap<IrFunction, number> {
  const counts = new Map<IrFunction, number>()
  for (const fn of functions) for (const { call } of callsIn(fn)) counts.set(call.callee, (counts.get(call.callee) ?? 0) + 1)
  return counts
}

interface CallPlace {
  readonly block: Block
  readonly call: CallFunction
}

function* callsIn(fn: IrFunction): Generator<CallPlace> {
  for (const block of fn.blocks) for (const call of block.instructions) if (call.kind === 'call_function') yield { block, call }
}

function nextCall(fn: IrFunction, callCounts: ReadonlyMap<IrFunction, number>): CallPlace | undefined {
  for (const place of callsIn(fn)) {
    const { callee } = place.call
    if (callee.inlining !== 'never' && (callCounts.get(callee) === 1 || sizeOf(callee) <= SMALL)) return place
  }
  return undefined
}

const sizeOf = (fn: IrFunction): number => fn.blocks.reduce((sum, block) => sum + block.instructions.length + 1, 0)

function inlineCall(fn: IrFunction, { block, call }: CallPlace): void {
  const copies = copyBlocks(call.callee, fn, call.arguments)
  const rest = splitBehind(fn, block, call)
  block.terminator = { kind: 'jump', target: copies[0] as Block, span: call.span }
  moveSlots(fn, copies)
  const result = joinReturns(fn, copies, rest)
  fn.blocks.splice(fn.blocks.indexOf(block) + 1, 0, ...copies)
  replaceOperands(fn, new Map<Operand, Operand>([[call, result]]))
}

/** Cuts `block` at the call, which goes; answers what stood behind it. */
function splitBehind(fn: IrFunction, block: Block, call: CallFunction): Block {
  const at = block.instructions.indexOf(call)
  const rest: Block = {
    id: fn.nextId++,
    name: `${block.name}_rest`,
    instructions: block.instructions.slice(at + 1),
    terminator: block.terminator,
  }
  block.instructions = block.instructions.slice(0, at)
  fn.blocks.splice(fn.blocks.indexOf(block) + 1, 0, rest)
  for (const other of fn.blocks) {
    for (const phi of phisOf(other)) phi.incoming = phi.incoming.map((entry) => (entry.block === block ? { ...entry, block: rest } : entry))
  }
  return rest
}

/** Stack slots stand in the entry block of the function that they are in now. */
function moveSlots(fn: IrFunction, copies: readonly Block[]): void {
  const entry = copies[0] as Block
  const slots = entry.instructions.filter(({ kind }) => kind === 'stack_slot')
  entry.instructions = entry.instructions.filter(({ kind }) => kind !== 'stack_slot')
  fn.blocks[0]?.instructions.unshift(...slots)
}

/** Lets every return of the copies go on at `rest`; answers the result. */
function joinReturns(fn: IrFunction, copies: readonly Block[], rest: Block): Operand {
  const incoming: { block: Block; value: Operand }[] = []
  for (const block of copies) {
    const { terminator } = block
    if (terminator?.kind !== 'return') continue
    incoming.push({ block, value: terminator.value })
    block.terminator = { kind: 'jump', target: rest, span: terminator.span }
  }
  if (incoming.length <= 1) return incoming[0]?.value ?? constant('i64', 0)
  const result = { kind: 'phi', id: fn.nextId++, type: 'i64', incoming } as const
  rest.instructions.unshift(result)
  return result
}
