/**
 * Types of operands and results, one rule per kind of instruction.
 */
import { HELPERS } from '../../format/asm/helpers.ts'
import { KFUNCS } from '../../format/asm/kfuncs.ts'
import type { Complain } from './complain.ts'
import { BITS, type Instruction, type IrFunction, type IrType, isIntegerType, type Operand, type Terminator } from './ir.ts'
import { nodesOf } from './operands.ts'
import { isPointerType } from './types.ts'

/** Checks every instruction and terminator. */
export function checkTypes(fn: IrFunction, complain: Complain): void {
  for (const node of nodesOf(fn)) {
    const problem = (RULES[node.kind] as (node: Instruction | Terminator) => string | undefined)(node)
    if (problem !== undefined) complain(node, problem)
  }
}

type Kinds = Instruction | Terminator
type Rules = { readonly [K in Kinds['kind']]: (node: Extract<Kinds, { kind: K }>) => string | undefined }

const isInteger = (operand: Operand): boolean => isIntegerType(operand.type)
const isWide = (operand: Operand): boolean => operand.type === 'i32' || operand.type === 'i64'
const isMemory = (operand: Operand): boolean => isPointerType(operand.type) && operand.type !== 'ptr.map' && operand.type !== 'ptr.function'
const unless = (condition: boolean, problem: string): string | undefined => (condition ? undefined : problem)

/** Pointers that a function may leave on its stack for its callbacks; what is of the stack may have been moved to a map's memory. */
const KEPT: ReadonlySet<IrType> = new Set(['ptr.stack', 'ptr.context'])

const RULES: Rules = {
  binary({ type, operator, left, right }) {
    if (left.type !== type || right.type !== type) return `operands are ${left.type} and ${right.type}`
    const isLogic = type === 'i1' && (operator === 'and' || operator === 'or' || operator === 'xor')
    return unless(type === 'i32' || type === 'i64' || isLogic, `${type} is not computed with`)
  },
  compare({ left, right, predicate }) {
    if (isInteger(left)) return unless(left.type === right.type, `${left.type} is compared with ${right.type}`)
    const isNull = right.kind === 'constant' && right.value === 0n
    return unless(isNull && (predicate === 'eq' || predicate === 'ne'), 'a pointer is only compared with 0, for equality')
  },
  convert({ type, operator, value }) {
    if (operator === 'address')
      return unless(type === 'i64' && (isMemory(value) || value.type === 'ptr.map'), `address of ${value.type} as ${type}`)
    if (!isIntegerType(type) || !isIntegerType(value.type)) return `${value.type} to ${type} is no conversion of integers`
    const [from, to] = [BITS[value.type], BITS[type]]
    return unless(operator === 'trunc' ? to < from : to > from, `${operator} from ${value.type} to ${type}`)
  },
  stack_slot: ({ size }) => unless(Number.isInteger(size) && size > 0, `size is ${size}`),
  load({ type, pointer, offset }) {
    if (!isIntegerType(type) && !(KEPT.has(type) && pointer.type === 'ptr.stack')) return `${type} is not loaded`
    return checkAccess(pointer, offset)
  },
  store({ pointer, offset, value }) {
    const isKept = pointer.type === 'ptr.stack' && (KEPT.has(value.type) || value.type === 'ptr.map_value')
    return isInteger(value) || isKept ? checkAccess(pointer, offset) : `${value.type} is not stored`
  },
  offset_pointer({ type, pointer, offset }) {
    if (type !== pointer.type) return `${pointer.type} becomes ${type}`
    return isMemory(pointer) && offset.type === 'i64' ? undefined : `${pointer.type} plus ${offset.type}`
  },
  zero: ({ pointer, offset }) => checkAccess(pointer, offset),
  copy: ({ target, targetOffset, source, sourceOffset }) => checkAccess(target, targetOffset) ?? checkAccess(source, sourceOffset),
  atomic({ type, pointer, offset, operator, value, expected }) {
    if (!isWide(value)) return `${value.type} is not accessed atomically`
    if (type !== 'void' && type !== value.type) return `result is ${type}, value is ${value.type}`
    if ((operator === 'compare_exchange') !== (expected !== undefined)) return 'only compare_exchange expects a value'
    if (expected !== undefined && expected.type !== value.type) return `expects ${expected.type}, value is ${value.type}`
    return checkAccess(pointer, offset)
  },
  call({ helper, type, arguments: given }) {
    const { argumentCount } = HELPERS[helper]
    if (given.length > 5 || (helper === 'trace_printk' ? given.length < 2 : given.length !== argumentCount))
      return `${given.length} arguments, ${argumentCount} wanted`
    return checkCall(type, given)
  },
  call_kfunc({ kfunc, type, arguments: given }) {
    const { argumentCount } = KFUNCS[kfunc]
    return given.length === argumentCount ? checkCall(type, given) : `${given.length} arguments, ${argumentCount} wanted`
  },
  call_function({ callee, type, arguments: given }) {
    const { parameters } = callee
    if (given.length !== parameters.length || given.length > 5) return `${given.length} arguments, ${parameters.length} parameters`
    const wrong = given.find((argument, index) => !mayPass(argument.type, parameters[index]?.type))
    if (wrong !== undefined)
      return `parameter ${given.indexOf(wrong)} is ${parameters[given.indexOf(wrong)]?.type}, the argument ${wrong.type}`
    const returned = callee.blocks.flatMap(({ terminator }) => (terminator?.kind === 'return' ? [terminator.value.type] : []))
    const other = returned.find((one) => one !== 'i64')
    if (other !== undefined) return `the function returns ${other}`
    return unless(type === 'void' || type === 'i64', `result is ${type}`)
  },
  function: ({ type }) => unless(type === 'ptr.function', `type is ${type}`),
  map: ({ type }) => unless(type === 'ptr.map', `type is ${type}`),
  map_value: ({ type, offset }) => unless(type === 'ptr.map_value' && offset >= 0, `type is ${type}, offset ${offset}`),
  late_constant: ({ type }) => unless(type === 'i64', `type is ${type}`),
  relocation: ({ type, path }) => unless(type === 'i64' && path !== '', `type is ${type}, path ${path}`),
  phi({ type, incoming }) {
    const other = incoming.find(({ value }) => value.type !== type)
    return unless(other === undefined, `a value is ${other?.value.type}`)
  },
  jump: () => undefined,
  branch: ({ condition }) => unless(condition.type === 'i1', `condition is ${condition.type}`),
  return: ({ value }) => unless(isWide(value), `result is ${value.type}`),
}

function checkCall(type: IrType, given: readonly Operand[]): string | undefined {
  const narrow = given.find((argument) => isInteger(argument) && !isWide(argument))
  if (narrow !== undefined) return `an argument is ${narrow.type}`
  return unless(type === 'void' || type === 'i32' || type === 'i64' || isPointerType(type), `result is ${type}`)
}

/** What a function takes for memory of the stack may have been moved to scratch memory, which is a map's. */
function mayPass(type: IrType, parameter: IrType | undefined): boolean {
  return type === parameter || (type === 'ptr.map_value' && parameter === 'ptr.stack')
}

function checkAccess(pointer: Operand, offset: number): string | undefined {
  if (!isMemory(pointer)) return `${pointer.type} is not dereferenced`
  return unless(Number.isInteger(offset), `offset is ${offset}`)
}
