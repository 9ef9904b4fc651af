/**
 * `pton("address")`: the bytes of an address of IPv4 or IPv6, in the order of the network.
 */
import { parseAddress } from '../../../spec/network-address.ts'
import { UINT8 } from '../../../spec/types/type.ts'
import type { CallExpression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { plain } from '../check/static-type.ts'
import type { Call } from './call.ts'

/** `pton("address")`: 4 or 16 bytes. */
export const pton: Call = {
  arity: [1, 1],
  kind: 'value',
  check(checker, call) {
    const [text] = call.arguments
    if (text?.kind !== 'string') {
      const message = `pton() expects a string literal (${text === undefined ? 'none' : checker.check(text).type.kind} provided)`
      return mistake(checker, { code: 'literal-expected', span: text?.span ?? call.span, message })
    }
    const bytes = addressOf(call)
    if (bytes !== undefined) return plain({ kind: 'array', element: UINT8, count: bytes.length })
    const message = `pton() expects a valid IPv4/IPv6 address, got ${text.value}`
    return mistake(checker, { code: 'bad-address', span: call.span, message })
  },
  lower({ builder }, call) {
    const bytes = addressOf(call) ?? new Uint8Array()
    return {
      kind: 'deferred',
      write: ({ pointer, offset }) => {
        for (const [index, byte] of bytes.entries()) builder.store(pointer, builder.constant('i8', byte), offset + index)
      },
    }
  },
}

function addressOf({ arguments: [text] }: CallExpression): Uint8Array | undefined {
  return text?.kind === 'string' ? parseAddress(text.value) : undefined
}
