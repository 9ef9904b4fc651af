/**
 * `kaddr("symbol")` and `cgroupid("/path")`: numbers that are known when the script is compiled.
 */
import type { TypeSource } from '../../../spec/type-source.ts'
import { UINT64 } from '../../../spec/types/type.ts'
import type { CallExpression } from '../ast.ts'
import { mistake } from '../check/checker.ts'
import { plain } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import { fromByteString } from '../string-literal.ts'
import type { Call } from './call.ts'

/** `kaddr("symbol")`: the address of a symbol of the kernel. */
export const kaddr = constantCall({
  find: (source, name) => source.findKernelSymbol?.(name),
  missing: (name) => `Failed to resolve kernel symbol: ${name}`,
})
/** `cgroupid("/path")`: the id of a cgroup by its directory. */
export const cgroupid = constantCall({
  find: (source, path) => source.findCgroupId?.(path),
  missing: (path) => `Failed to get \`cgroupid\` for path: "${path}": No such file or directory`,
})

interface Lookup {
  readonly find: (source: TypeSource, text: string) => bigint | undefined
  readonly missing: (text: string) => string
}

function constantCall({ find, missing }: Lookup): Call {
  return {
    arity: [1, 1],
    kind: 'value',
    check(checker, call) {
      const [name] = call.arguments
      if (name?.kind !== 'string') {
        const message = `${call.name}() expects a string literal (${name === undefined ? 'none' : checker.check(name).type.kind} provided)`
        return mistake(checker, { code: 'literal-expected', span: name?.span ?? call.span, message })
      }
      checker.check(name)
      if (find(checker.options.typeSource, textOf(call)) !== undefined) return plain(UINT64)
      return mistake(checker, { code: 'no-such-symbol', span: call.span, message: missing(textOf(call)) })
    },
    lower: ({ builder, typeSource }, call) => integerValue(builder.i64(find(typeSource, textOf(call)) ?? 0n)),
  }
}

function textOf({ arguments: [name] }: CallExpression): string {
  return name?.kind === 'string' ? fromByteString(name.value) : ''
}
