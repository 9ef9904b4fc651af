/**
 * One scope of a function's closure, as V8 keeps it: the names that it holds and their values when it was captured.
 */

/** A scope; `find` answers nothing for a name that it does not hold. */
export interface FunctionScope {
  readonly find: (name: string) => { readonly value: unknown } | undefined
}

/** What the inspector shows for an entry of `[[Scopes]]`. */
interface ScopeEntry {
  readonly object?: object
}

/**
 * Wraps an entry of `[[Scopes]]`. The global scope is left out: `globalThis` is the same, and looking names up there would
 * find what the inspector itself defines.
 */
export function readScope(description: string, { object }: ScopeEntry): FunctionScope {
  if (description === 'Global' || object === undefined) return { find: () => undefined }
  return {
    find: (name) => (Object.hasOwn(object, name) ? { value: (object as Record<string, unknown>)[name] } : undefined),
  }
}
