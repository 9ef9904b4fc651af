/**
 * `macaddr(bytes)`: the six bytes of an address of the link layer, in an array, a string, or behind a pointer.
 */
import { sizeOf, type Type } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { plain } from '../check/static-type.ts'
import { readBytes } from '../lower/memory.ts'
import { materialize } from '../lower/store.ts'
import type { Call } from './call.ts'

const SIZE = 6

/** Addresses, and what lies in memory already. */
const READABLE: ReadonlySet<Type['kind']> = new Set<Type['kind']>(['int', 'pointer', 'string', 'array'])

/** `macaddr(bytes)`. */
export const macaddr: Call = {
  arity: [1, 1],
  kind: 'value',
  check(checker, call) {
    const [data] = call.arguments as readonly [Expression]
    const { type, unknown } = checker.checkObject(data)
    const problem = (message: string) => mistake(checker, { code: 'wrong-argument-type', span: call.span, message })
    if (unknown === true) return plain({ kind: 'rendered', as: { form: 'mac' } })
    if (data.kind === 'string') return problem('macaddr() does not support literal string arguments')
    if (!READABLE.has(type.kind)) return problem(`macaddr() only supports array or pointer arguments (${type.kind} provided)`)
    if (isAddress(type) || sizeOf(type) >= SIZE) return plain({ kind: 'rendered', as: { form: 'mac' } })
    return problem(`macaddr() argument must be at least ${SIZE} bytes in size`)
  },
  lower(lowering, call) {
    const { builder } = lowering
    const [data] = call.arguments as readonly [Expression]
    const type = lowering.typeOf(data)
    const value = lowering.lower(data)
    return {
      kind: 'deferred',
      write(place) {
        if (value.kind === 'integer') {
          const space = type.kind === 'pointer' ? type.space : lowering.unit.context.space
          readBytes(lowering, value.operand, { place, bytes: builder.i64(SIZE), space })
          return
        }
        const source = materialize(lowering, value, type)
        builder.copy(place.pointer, source.pointer, SIZE, { target: place.offset, source: source.offset })
      },
    }
  },
}

function isAddress({ kind }: Type): boolean {
  return kind === 'int' || kind === 'pointer'
}
