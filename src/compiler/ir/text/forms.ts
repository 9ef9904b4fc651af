/**
 * How each kind of instruction and terminator is written: the words that begin it, then its parts with commas between. One
 * row serves both printing and parsing; a new kind is a row here.
 */
import { HELPERS, type HelperName } from '../../../format/asm/helpers.ts'
import { KFUNCS, type KfuncName } from '../../../format/asm/kfuncs.ts'
import { TYPE_QUESTIONS } from '../../../format/asm/type-relocation.ts'
import { ATOMIC_OPERATORS, BINARY_OPERATORS, CONVERSIONS, type Instruction, PREDICATES, type Terminator } from '../ir.ts'
import { type Form, form } from './form.ts'
import { choice, functionName, incoming, label, number, operand, operands, optionalOperand, place, quoted } from './parts.ts'

/** What stands on a line of a block. */
export type Line = Instruction | Terminator
/** The fields that only this kind has. */
type FieldsOf<K extends Line['kind']> = Omit<Extract<Line, { kind: K }>, 'kind' | 'id' | 'type' | 'span'>

/** The form of each kind. */
export const FORMS: { readonly [K in Line['kind']]: Form<FieldsOf<K>> } = {
  binary: form([choice('operator', BINARY_OPERATORS)], operand('left'), operand('right')),
  compare: form(['compare', choice('predicate', PREDICATES)], operand('left'), operand('right')),
  convert: form([choice('operator', CONVERSIONS)], operand('value')),
  stack_slot: form(['stack_slot'], number('size'), quoted('name')),
  load: form(['load'], place('pointer', 'offset')),
  store: form(['store'], place('pointer', 'offset'), operand('value')),
  offset_pointer: form(['offset_pointer'], operand('pointer'), operand('offset')),
  zero: form(['zero'], place('pointer', 'offset'), number('size')),
  copy: form(['copy'], place('target', 'targetOffset'), place('source', 'sourceOffset'), number('size')),
  atomic: form(['atomic', choice('operator', ATOMIC_OPERATORS)], place('pointer', 'offset'), operand('value'), optionalOperand('expected')),
  call: form(['call', choice('helper', Object.keys(HELPERS) as HelperName[])], operands('arguments')),
  call_kfunc: form(['call_kfunc', choice('kfunc', Object.keys(KFUNCS) as KfuncName[])], operands('arguments')),
  call_function: form(['call_function', functionName('callee')], operands('arguments')),
  function: form(['function'], functionName('target')),
  map: form(['map'], quoted('map')),
  map_value: form(['map_value'], quoted('map'), number('offset')),
  late_constant: form(['late_constant'], quoted('name')),
  relocation: form(['relocation', choice('question', TYPE_QUESTIONS)], quoted('path')),
  phi: form(['phi'], incoming),
  jump: form(['jump'], label('target')),
  branch: form(['branch'], operand('condition'), label('then'), label('otherwise')),
  return: form(['return'], operand('value')),
}

/** True for what ends a block. */
export function isTerminator(line: Line): line is Terminator {
  return line.kind === 'jump' || line.kind === 'branch' || line.kind === 'return'
}
