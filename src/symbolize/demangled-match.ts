/**
 * Which functions a name of C++ or Rust selects, as its source has it: `ns::f(int)` one, `ns::f` all of that name, `*` anything. An exact
 * name wins, since `*` is a part of types too; so does the linker's own name, which C has in any language.
 */
import { demangle } from './demangle/demangle.ts'
import { formsOf, isPart, normalName, wordsOf } from './demangle/demangled-name.ts'
import type { FunctionList, FunctionSymbol } from './function-list.ts'

/** The functions that a pattern selects, in table order, and whether a wildcard was needed for that. */
export function matchDemangled(
  functions: FunctionList,
  pattern: string,
): { readonly functions: readonly FunctionSymbol[]; readonly byPattern: boolean } {
  const linked = functions.named(pattern)
  if (linked.length > 0) return { functions: linked, byPattern: false }
  const wanted = normalName(pattern)
  const words = wordsOf(pattern)
  const candidates = functions.all.flatMap((symbol) => {
    if (!words.every((word) => symbol.name.includes(word))) return []
    const name = demangle(symbol.name)
    return name === symbol.name || isPart(name) ? [] : [{ symbol, forms: formsOf(name) }]
  })
  const exact = candidates.filter(({ forms }) => forms.includes(wanted))
  if (exact.length > 0 || !wanted.includes('*')) return { functions: exact.map(({ symbol }) => symbol), byPattern: false }
  const glob = new RegExp(`^${wanted.split('*').map(literally).join('.*')}$`, 's')
  const matching = candidates.filter(({ forms }) => forms.some((form) => glob.test(form)))
  return { functions: matching.map(({ symbol }) => symbol), byPattern: true }
}

function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
