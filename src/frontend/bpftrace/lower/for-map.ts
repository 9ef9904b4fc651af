/**
 * Lowers `for ($kv : @map) { ... }`: the body becomes a function that the kernel calls for each entry. What it needs of the
 * function around it is left on the stack for it: small variables as copies that are taken back behind the loop, large ones
 * and the context as pointers. @kernel 5.13
 */
import type { FunctionBuilder } from '../../../compiler/ir/builder.ts'
import type { Operand } from '../../../compiler/ir/ir.ts'
import { emitForEachEntry, entryCallback, entryOf, GO_ON, STOP } from '../../../compiler/lowering/for-each-entry.ts'
import type { Block, ForStatement, MapExpression } from '../ast.ts'
import { variablesIn } from '../ast-walk.ts'
import type { VariableSymbol } from '../check/symbols.ts'
import { isScalar } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { reduceEntry } from './reduce.ts'
import { readPlace, storeValue } from './store.ts'
import { integerValue, type Value } from './value.ts'

/** What is left for the body: whether the program is to end, its answer, the context, and from `VARIABLES` on 8 bytes for each variable. */
const LEFT = { ends: 0, answer: 8, context: 16 } as const
const VARIABLES = 24

/** Lowers a loop over a map. */
export function lowerForMap(lowering: Lowering, statement: ForStatement, lowerBody: (inside: Lowering) => void): void {
  const { builder } = lowering
  const captured = capturedBy(lowering, statement.body)
  const left = builder.stackSlot('captures', VARIABLES + captured.length * 8)
  builder.store(left, builder.i64(0), LEFT.ends)
  builder.store(left, builder.context, LEFT.context)
  for (const [index, { symbol, slot }] of captured.entries()) {
    builder.store(left, isCopied(symbol) ? builder.load('i64', slot) : slot, VARIABLES + index * 8)
  }
  const body = buildBody(lowering, { statement, captured: captured.map(({ symbol }) => symbol), lowerBody })
  const map = statement.over as MapExpression
  emitForEachEntry(builder, map.name, body.builder, left)
  for (const [index, { symbol, slot }] of captured.entries()) {
    if (isCopied(symbol)) builder.store(slot, builder.load('i64', left, VARIABLES + index * 8))
  }
  if (!body.ends) return
  builder.when(builder.compare('ne', builder.load('i64', left, LEFT.ends), builder.i64(0)), () => {
    for (let at = lowering.loop; at !== undefined; at = at.outer) at.leave?.()
    lowering.end(builder.load('i64', left, LEFT.answer))
  })
}

interface Captured {
  readonly symbol: VariableSymbol
  readonly slot: Operand
}

/** The variables of the function that a loop's body names. */
function capturedBy(lowering: Lowering, body: Block): Captured[] {
  const symbols = new Set(variablesIn(body).map((variable) => lowering.symbolOf(variable)))
  return [...symbols].flatMap((symbol) => {
    const slot = lowering.findSlot(symbol)
    return slot === undefined ? [] : [{ symbol, slot }]
  })
}

function isCopied({ type }: VariableSymbol): boolean {
  return type === undefined || isScalar(type.type)
}

interface Body {
  readonly statement: ForStatement
  readonly captured: readonly VariableSymbol[]
  readonly lowerBody: (inside: Lowering) => void
}

/** Builds the function; `ends` tells whether it may want the program to end. */
function buildBody(lowering: Lowering, { statement, captured, lowerBody }: Body) {
  const builder = entryCallback(lowering.builder, 'for')
  const { left } = entryOf(builder)
  const [again, stop] = [builder.block('again'), builder.block('stop')]
  let ends = false
  const end = (answer: Operand) => {
    ends = true
    builder.store(left, builder.i64(1), LEFT.ends)
    builder.store(left, answer, LEFT.answer)
    builder.jump(stop)
  }
  builder.span = statement.span
  builder.context = builder.load('ptr.context', left, LEFT.context)
  const places = captured.map((symbol, index) => {
    const at = VARIABLES + index * 8
    return [symbol, isCopied(symbol) ? builder.at(left, at) : builder.load('ptr.stack', left, at)] as const
  })
  const inside = lowering.nested({ builder, slots: new Map(places), end })
  inside.loop = { break: stop, continue: again, outer: undefined }
  storeEntry(inside, statement)
  lowerBody(inside)
  if (!builder.terminated) builder.jump(again)
  const copied = captured.flatMap((symbol, index) => (isCopied(symbol) ? [VARIABLES + index * 8] : []))
  for (const [block, answer] of [[again, GO_ON] as const, [stop, STOP] as const]) {
    builder.moveTo(block)
    for (const at of copied) forgetValue(builder, left, at)
    builder.return(builder.i64(answer))
  }
  return { builder, ends }
}

/**
 * Writes back what is there in two halves, of which the verifier does not keep the values: it would follow a variable that counts,
 * and is compared with something, through one call after the other, until a million instructions are full.
 */
function forgetValue(builder: FunctionBuilder, left: Operand, at: number): void {
  const value = builder.load('i64', left, at)
  builder.store(left, builder.convert(value, 'i32', { signed: false }), at)
  builder.store(left, builder.convert(builder.binary('lshr', value, builder.i64(32)), 'i32', { signed: false }), at + 4)
}

/** Puts the key and the value of the entry into the loop's variable. */
function storeEntry(inside: Lowering, { variable, over }: ForStatement): void {
  const symbol = inside.symbolOf(variable)
  const { name } = over as MapExpression
  const type = symbol.type?.type
  const plan = inside.planOf(name)
  if (type?.kind !== 'tuple' || plan.key === undefined) return
  const { key, value } = entryOf(inside.builder)
  const [keyType, valueType] = [plan.key, plan.value ?? type.fields[1] ?? plan.key]
  const found: Value =
    plan.aggregation === undefined
      ? readPlace(inside, valueType, { pointer: value, offset: 0 })
      : integerValue(reduceEntry(inside, { name, key }))
  const items = [
    { value: readPlace(inside, keyType, { pointer: key, offset: 0 }), type: keyType },
    { value: found, type: valueType },
  ]
  const from = { kind: 'tuple', fields: [keyType, valueType] } as const
  storeValue(inside, { value: { kind: 'tuple', items }, from, place: { pointer: inside.slotOf(symbol), offset: 0 }, to: type })
}
