/**
 * `uaddr("symbol")`: the address of a variable of the probed program, as a pointer to an integer of its size.
 */
import { absoluteAddressOf } from '../../../compiler/lowering/slide.ts'
import type { DataSymbol, Miss, TypeSource } from '../../../spec/type-source.ts'
import { UINT64 } from '../../../spec/types/type.ts'
import type { CallExpression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { integerType, plain } from '../check/static-type.ts'
import { integerValue, NO_VALUE } from '../lower/value.ts'
import type { ProgramUnit } from '../probes/expand.ts'
import { fromByteString } from '../string-literal.ts'
import type { Call } from './call.ts'

/** `uaddr("symbol")`. */
export const uaddr: Call = {
  arity: [1, 1],
  kind: 'value',
  check(checker, call) {
    const [name] = call.arguments
    if (name?.kind !== 'string') {
      return mistake(checker, { code: 'literal-expected', span: name?.span ?? call.span, message: 'uaddr() expects a string literal' })
    }
    checker.check(name)
    if (checker.unit.context.uprobe === undefined) {
      const { provider } = checker.unit.context
      const message = `uaddr can not be used with "${provider}" probes`
      return mistake(checker, {
        code: 'wrong-probe',
        span: call.span,
        message,
        hint: 'use it in a uprobe of the program that has the symbol',
      })
    }
    const symbol = findSymbol(checker.options.typeSource, checker.unit, call)
    if ('kind' in symbol) {
      const hint = symbol.nearest.length === 0 ? undefined : `did you mean ${symbol.nearest.join(', ')}?`
      return mistake(checker, { code: 'no-such-symbol', span: name.span, message: symbol.reason, hint })
    }
    return plain({ kind: 'pointer', to: pointee(symbol.size), space: 'user' })
  },
  lower({ builder, unit, typeSource }, call) {
    const symbol = findSymbol(typeSource, unit, call)
    if ('kind' in symbol || unit.context.uprobe === undefined) return NO_VALUE
    return integerValue(absoluteAddressOf(builder, unit.context.uprobe, symbol.address))
  },
}

function findSymbol(typeSource: TypeSource, unit: ProgramUnit, call: CallExpression): DataSymbol | Miss {
  const [name] = call.arguments
  return typeSource.findDataSymbol(unit.context.uprobe?.path ?? '', name?.kind === 'string' ? fromByteString(name.value) : '')
}

function pointee(size: number) {
  return size === 1 || size === 2 || size === 4 || size === 8 ? integerType(size, { signed: false }) : UINT64
}
