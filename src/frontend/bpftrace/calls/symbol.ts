/**
 * `ksym(address)` and `usym(address)`: an address that is shown as the symbol around it.
 */
import { currentTaskId } from '../../../compiler/lowering/current-task.ts'
import type { SymbolType } from '../../../spec/types/type.ts'
import type { Expression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { isTestable, plain } from '../check/static-type.ts'
import type { Call } from './call.ts'

/** `ksym(address)`. */
export const ksym = symbolCall('ksym', 'kernel')
/** `usym(address)`: an address of the current process. */
export const usym = symbolCall('usym', 'user')

function symbolCall(name: string, space: SymbolType['space']): Call {
  return {
    arity: [1, 1],
    kind: 'value',
    check(checker, call) {
      const [address] = call.arguments as readonly [Expression]
      const type = checker.check(address)
      if (type.unknown === true || isTestable(type)) return plain({ kind: 'symbol', space })
      const message = `${name}() expects an integer or pointer argument`
      return mistake(checker, { code: 'wrong-argument-type', span: address.span, message })
    },
    lower(lowering, call) {
      const { builder, pidNamespace: namespace } = lowering
      const address = lowering.integer(call.arguments[0] as Expression)
      return {
        kind: 'deferred',
        write: ({ pointer, offset }) => {
          builder.store(pointer, address, offset)
          if (space === 'user') builder.store(pointer, currentTaskId(builder, { id: 'process', namespace }), offset + 8)
        },
      }
    },
  }
}
