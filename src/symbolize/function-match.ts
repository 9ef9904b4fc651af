/**
 * Which functions a name or pattern selects. An exact name always wins, since names of Go hold what is a wildcard elsewhere
 * (`main.(*T).Get`, `main.Map[...]`). Behind it come the ways in which a Go name may be written shorter than its symbol.
 */
import { compileGlob, isGlob } from '../base/glob.ts'
import type { FunctionList, FunctionSymbol } from './function-list.ts'

/** The functions that `pattern` selects, in table order; none when nothing matches. */
export function matchFunctions(functions: FunctionList, pattern: string, isGo: boolean): readonly FunctionSymbol[] {
  const exact = functions.named(pattern)
  if (exact.length > 0) return exact
  if (isFunctionPattern(pattern, isGo)) return functions.all.filter(predicate(compileGlob(isGo ? escapeGoName(pattern) : pattern)))
  return isGo ? functions.all.filter(predicate(goShorthand(pattern.replaceAll('[...]', '')))) : []
}

/** True when `pattern` may select several functions by a wildcard; in Go names `(*T)` and `[...]` are none. */
export function isFunctionPattern(pattern: string, isGo: boolean): boolean {
  return isGlob(isGo ? escapeGoName(pattern).replaceAll('[*]', '').replaceAll('[[]*]', '') : pattern)
}

function predicate(matches: (name: string) => boolean): (symbol: FunctionSymbol) => boolean {
  return (symbol) => matches(symbol.name)
}

/** `(*T)` names a pointer receiver and `[...]` type arguments, whatever else the pattern holds. */
function escapeGoName(pattern: string): string {
  if (!/\(\*[\p{L}_]|\[\.\.\.\]/u.test(pattern)) return pattern
  return pattern.replace(/\(\*(?=[\p{L}_])/gu, '([*]').replaceAll('[...]', '[[]*]')
}

/**
 * A plain Go name also stands for its instances (`main.Map` for `main.Map[go.shape.int]`), its assembly form
 * (`runtime.memmove.abi0`), and a vendored copy (`golang.org/x/net.F` for `x/vendor/golang.org/x/net.F`).
 */
function goShorthand(name: string): (candidate: string) => boolean {
  const vendored = `vendor/${name}`
  return (candidate) => {
    if (!candidate.endsWith(']') && !candidate.includes('[') && !candidate.endsWith('.abi0')) return endsWithPath(candidate, vendored)
    const bare = withoutTypeArguments(candidate.endsWith('.abi0') ? candidate.slice(0, -'.abi0'.length) : candidate)
    return bare === name || endsWithPath(bare, vendored)
  }
}

function endsWithPath(candidate: string, suffix: string): boolean {
  return candidate.endsWith(suffix) && (candidate.length === suffix.length || candidate.at(-suffix.length - 1) === '/')
}

/** `main.(*Stack[go.shape.int]).Push` becomes `main.(*Stack).Push`; brackets may nest. */
function withoutTypeArguments(name: string): string {
  let depth = 0
  let bare = ''
  for (const character of name) {
    if (character === '[') depth++
    if (depth === 0) bare += character
    if (character === ']' && depth > 0) depth--
  }
  return bare
}
