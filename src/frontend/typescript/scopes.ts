/**
 * Scopes: the names that a block sees, which are gone behind it.
 */
import type { Lowering } from './lowering.ts'
import type { Scope } from './variable.ts'

/** Lowers `body` in a scope of its own. */
export function withScope(cx: Lowering, body: () => void): void {
  const scope: Scope = new Map()
  cx.scopes.push(scope)
  body()
  cx.scopes.pop()
  for (const variable of scope.values()) cx.variables?.delete(variable)
}
