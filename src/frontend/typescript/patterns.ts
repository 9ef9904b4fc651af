/**
 * Patterns: names that get their values by taking a value apart, with defaults for what is undefined.
 */
import type { Expression, Node, Pattern } from 'acorn'
import { join } from './join.ts'
import { listItems } from './lists.ts'
import { enter, fork, type Lowering, leave } from './lowering.ts'
import { memberOf } from './names.ts'
import { splitOptional } from './optional.ts'
import { unsupported, wrongType } from './problems.ts'
import { knownBool, UNDEFINED, type Value } from './value.ts'

/** The names of a pattern. */
function namesOf(pattern: Pattern): readonly string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name]
    case 'AssignmentPattern':
      return namesOf(pattern.left)
    case 'ArrayPattern':
      return pattern.elements.flatMap((element) => (element === null ? [] : namesOf(element)))
    case 'ObjectPattern':
      return pattern.properties.flatMap((property) => (property.type === 'Property' ? namesOf(property.value) : []))
    default:
      return []
  }
}

/** Declares the names of a pattern in the innermost scope, without values. */
export function declareNames(cx: Lowering, pattern: Pattern, { mutable }: { readonly mutable: boolean }): void {
  for (const name of namesOf(pattern)) cx.scopes.at(-1)?.set(name, { name, mutable })
}

/** Gives the names of a pattern their values, in the innermost scope. */
export function bindPattern(cx: Lowering, pattern: Pattern, value: Value): void {
  takeApart(cx, pattern, value, (leaf, part) => {
    const variable = leaf.type === 'Identifier' ? cx.scopes.at(-1)?.get(leaf.name) : undefined
    if (variable !== undefined) cx.variables?.set(variable, part)
    else cx.report(leaf, notAPattern)
  })
}

/** Hands each leaf of a pattern its part of the value. */
export function takeApart(cx: Lowering, pattern: Pattern, value: Value, store: (leaf: Pattern, value: Value) => void): void {
  switch (pattern.type) {
    case 'AssignmentPattern':
      takeApart(cx, pattern.left, withDefault(cx, value, pattern.right), store)
      break
    case 'ObjectPattern':
      for (const property of pattern.properties) {
        const name = property.type === 'Property' && !property.computed ? nameOf(property.key) : undefined
        if (property.type !== 'Property' || name === undefined) cx.report(property, notAPattern)
        else takeApart(cx, property.value, memberOf(cx, property.key, [value, name]), store)
      }
      break
    case 'ArrayPattern':
      takeListApart(cx, pattern, value, store)
      break
    default:
      store(pattern, value)
  }
}

function takeListApart(
  cx: Lowering,
  pattern: Pattern & { readonly type: 'ArrayPattern' },
  value: Value,
  store: (leaf: Pattern, value: Value) => void,
): void {
  const items = listItems(cx, pattern, value)
  if (items === undefined) {
    if (value.kind !== 'error') cx.report(pattern, wrongType('an array', value))
    return
  }
  for (const [index, element] of pattern.elements.entries()) {
    if (element?.type === 'RestElement') cx.report(element, unsupported('a rest element', 'name the elements one by one'))
    else if (element !== null) takeApart(cx, element, items[index] ?? UNDEFINED, store)
  }
}

function nameOf(key: Expression | Node): string | undefined {
  if (key.type === 'Identifier') return (key as Expression & { readonly type: 'Identifier' }).name
  return key.type === 'Literal' ? String((key as Expression & { readonly type: 'Literal' }).value) : undefined
}

/** The value, or that of `fallback` where it is undefined: which is only then computed. */
function withDefault(cx: Lowering, value: Value, fallback: Expression): Value {
  if (value.kind === 'undefined') return cx.value(fallback)
  if (value.kind !== 'optional') return value
  const known = knownBool(value.present)
  if (known !== undefined) return known ? value.load() : cx.value(fallback)
  const { present, absent, value: loaded } = splitOptional(cx, value)
  enter(cx, absent)
  const result = cx.value(fallback)
  return join(cx, [
    { flow: present, result: loaded },
    { flow: leave(cx) ?? fork(cx, 'absent'), result },
  ])
}

const notAPattern = unsupported('this pattern', 'take members and elements by name: const { a, b: [c, d] } = value')
