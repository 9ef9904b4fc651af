/**
 * `ntop([family,] address)`: an address of IPv4 or IPv6, shown as text.
 */
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { isIntegerLike, plain } from '../check/static-type.ts'
import { storeValue } from '../lower/store.ts'
import type { Call } from './call.ts'

const FAMILY = { 4: 2, 16: 10 } as const
const SIZE = 24
const ADDRESS = 8

/** `ntop(address)`, `ntop(family, address)`. An integer is an address of IPv4, in the order of the network. */
export const ntop: Call = {
  arity: [1, 2],
  kind: 'value',
  check(checker, call) {
    const address = call.arguments.at(-1) as Expression
    const family = call.arguments.length === 2 ? call.arguments[0] : undefined
    const type = checker.checkObject(address)
    if (family !== undefined) {
      const familyType = checker.check(family)
      if (!isIntegerLike(familyType)) {
        const message = `ntop() only supports int arguments (${familyType.type.kind} provided)`
        return mistake(checker, { code: 'wrong-argument-type', span: family.span, message })
      }
    }
    if (type.unknown === true || type.type.kind === 'int' || type.type.kind === 'pointer')
      return plain({ kind: 'rendered', as: { form: 'inet' } })
    // Text is taken for its bytes, the NUL among them.
    if (type.type.kind === 'string' && (type.type.size === 4 || type.type.size === 16))
      return plain({ kind: 'rendered', as: { form: 'inet' } })
    if (type.type.kind !== 'array' && type.type.kind !== 'string') {
      const message = `ntop() expects an integer or array argument, got ${type.type.kind}`
      return mistake(checker, { code: 'wrong-argument-type', span: address.span, message })
    }
    const { element, count } = type.type.kind === 'array' ? type.type : { element: type.type, count: 0 }
    if (element.kind === 'int' && element.size === 1 && (count === 4 || count === 16))
      return plain({ kind: 'rendered', as: { form: 'inet' } })
    const message = `ntop() argument must be 4 or 16 bytes in size`
    return mistake(checker, { code: 'wrong-argument-type', span: call.span, message })
  },
  lower(lowering, call) {
    const { builder } = lowering
    const address = call.arguments.at(-1) as Expression
    const type = lowering.typeOf(address)
    const isLong = (type.kind === 'array' && type.count === 16) || (type.kind === 'string' && type.size === 16)
    const family = call.arguments.length === 2 ? lowering.integer(call.arguments[0] as Expression) : builder.i64(FAMILY[isLong ? 16 : 4])
    const value = lowering.lower(address)
    return {
      kind: 'deferred',
      write: ({ pointer, offset }) => {
        builder.zero(pointer, SIZE, offset)
        builder.store(pointer, family, offset)
        if (value.kind === 'integer') builder.store(pointer, builder.convert(value.operand, 'i32', { signed: false }), offset + ADDRESS)
        else storeValue(lowering, { value, from: type, place: { pointer, offset: offset + ADDRESS }, to: type })
      },
    }
  },
}
