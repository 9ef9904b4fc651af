/**
 * In a loop that counts from a constant by a constant, what is computed from the counter by factors and by addition of something
 * that stays the same is counted along instead: `base + i * 8` becomes a value that grows by 8. The verifier, which walks the
 * rounds one by one, knows such a value as well as it knew the product. Without it each round of `loop-constant` of
 * bench/codegen takes 2 instructions (of 10) more.
 */
import { predecessorsByBlock, terminatorOf } from '../ir/control-flow.ts'
import { computeDominators, loopMembers } from '../ir/dominators.ts'
import { type Binary, type Block, constant, type Instruction, type IrFunction, type Load, type Operand, type Phi } from '../ir/ir.ts'
import { phisOf, replaceOperands, usesByOperand } from '../ir/operands.ts'
import type { Pass } from './pass.ts'

/** New values in one loop: each takes a register through all of it. */
const MOST_VALUES = 2

/** The pass. */
export const reduceStrength: Pass = {
  name: 'reduce-strength',
  run(fn) {
    const dominators = computeDominators(fn)
    const predecessors = predecessorsByBlock(fn)
    let changed = false
    for (const header of dominators.order) {
      const before = predecessors.get(header) ?? []
      const latch = before.find((from) => dominators.dominates(header, from))
      const entry = before.find((from) => from !== latch)
      if (before.length !== 2 || latch === undefined || entry === undefined || dominators.dominates(header, entry)) continue
      const members = loopMembers(header, [latch], predecessors)
      if (reduceLoop(fn, { header, latch, entry, blocks: dominators.order.filter((block) => members.has(block)) })) changed = true
    }
    return changed
  },
}

interface Loop {
  readonly header: Block
  readonly latch: Block
  /** The block from which the loop is entered. */
  readonly entry: Block
  readonly blocks: readonly Block[]
}

/** A value of the form `factor * counter + addend + base`. */
interface Derived {
  readonly counter: Phi
  readonly factor: bigint
  readonly addend: bigint
  /** Something that stays the same in the loop; absent: 0. */
  readonly base?: Operand
}

function reduceLoop(fn: IrFunction, loop: Loop): boolean {
  const counters = new Map(phisOf(loop.header).flatMap((phi) => counterOf(phi, loop)))
  if (counters.size === 0) return false
  const inside = new Set<Operand>(loop.blocks.flatMap((block) => block.instructions))
  const derived = new Map<Operand, Derived>([...counters.keys()].map((counter) => [counter, { counter, factor: 1n, addend: 0n }]))
  for (const block of loop.blocks) {
    for (const instruction of block.instructions) {
      const value = instruction.kind === 'binary' ? derive(instruction, derived, (operand) => isInvariant(operand, inside)) : undefined
      if (value !== undefined) derived.set(instruction, value)
    }
  }
  const uses = usesByOperand(fn)
  const worth = [...derived].filter(
    ([value, form]) => form.factor !== 1n && (uses.get(value) ?? []).some((user) => !derived.has(user as Operand)),
  )
  const replacements = new Map<Operand, Operand>()
  for (const [value, form] of worth.slice(0, MOST_VALUES))
    replacements.set(value, countAlong(fn, loop, { form, inside, ...counters.get(form.counter)! }))
  replaceOperands(fn, replacements)
  return replacements.size > 0
}

interface Counter {
  readonly first: bigint
  readonly step: bigint
}

function counterOf(phi: Phi, { latch, entry }: Loop): [Phi, Counter][] {
  const first = phi.incoming.find(({ block }) => block === entry)?.value
  const next = phi.incoming.find(({ block }) => block === latch)?.value
  if (phi.type !== 'i64' || first?.kind !== 'constant' || next?.kind !== 'binary' || next.operator !== 'add' || next.left !== phi) return []
  return next.right.kind === 'constant' ? [[phi, { first: first.value, step: next.right.value }]] : []
}

/** What stays the same in the loop: what is computed outside, and what the context holds. */
function isInvariant(operand: Operand, inside: ReadonlySet<Operand>): boolean {
  return !inside.has(operand) || isContextLoad(operand)
}
const isContextLoad = (operand: Operand): operand is Load =>
  operand.kind === 'load' && operand.pointer.type === 'ptr.context' && operand.pointer.kind === 'parameter'

function derive(binary: Binary, known: ReadonlyMap<Operand, Derived>, stays: (operand: Operand) => boolean): Derived | undefined {
  const { operator, left, right } = binary
  const [form, other] = known.has(left) ? [known.get(left), right] : operator === 'add' ? [known.get(right), left] : []
  if (form === undefined || other === undefined || binary.type !== 'i64') return undefined
  if (other.kind === 'constant') {
    if (operator === 'add') return { ...form, addend: form.addend + other.value }
    if (form.base !== undefined || (operator !== 'mul' && operator !== 'shl')) return undefined
    const by = operator === 'mul' ? other.value : 1n << (other.value & 63n)
    return { ...form, factor: form.factor * by, addend: form.addend * by }
  }
  return operator === 'add' && form.base === undefined && form.factor !== 1n && stays(other) ? { ...form, base: other } : undefined
}

/** A phi that is the derived value in each round. */
function countAlong(
  fn: IrFunction,
  { header, latch, entry }: Loop,
  of: Counter & { readonly form: Derived; readonly inside: ReadonlySet<Operand> },
): Phi {
  const { base, factor, addend } = of.form
  const offset = constant('i64', of.first * factor + addend)
  const phi: Phi = { kind: 'phi', id: fn.nextId++, type: 'i64', incoming: [] }
  const add = (block: Block, left: Operand, right: Operand): Operand => {
    const sum: Binary = { kind: 'binary', id: fn.nextId++, type: 'i64', operator: 'add', left, right, span: terminatorOf(block).span }
    block.instructions.push(sum)
    return sum
  }
  const start = base === undefined ? offset : of.inside.has(base) && isContextLoad(base) ? loadBefore(fn, entry, base) : base
  const first = base === undefined || offset.value === 0n ? start : add(entry, start, offset)
  phi.incoming.push({ block: entry, value: first }, { block: latch, value: add(latch, phi, constant('i64', of.step * factor)) })
  header.instructions.unshift(phi)
  return phi
}

function loadBefore(fn: IrFunction, block: Block, load: Load): Instruction {
  const copy = { ...load, id: fn.nextId++ }
  block.instructions.push(copy)
  return copy
}
