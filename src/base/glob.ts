/**
 * The glob of the tracing language: `*` matches any run of characters, `?` one, `[abc]` one of a set; everything else
 * stands for itself. Matching is over the whole name.
 */

/** True when a name must be matched as a pattern: it holds `*`, `?` or a `[...]` set. */
export function isGlob(pattern: string): boolean {
  return /[*?]|\[[^\]]*\]/.test(pattern)
}

/** Compiles a pattern to a predicate over whole names. Plain names compare equal. */
export function compileGlob(pattern: string): (name: string) => boolean {
  if (!isGlob(pattern)) return (name) => name === pattern
  const source = pattern.replace(/\[[^\]]*\]|[\s\S]/g, (part) => {
    if (part === '*') return '[\\s\\S]*'
    if (part === '?') return '[\\s\\S]'
    if (part.length > 1) return part.replace(/\\/g, '\\\\').replace(/^\[!/, '[^')
    return part.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
  })
  const expression = new RegExp(`^${source}$`)
  return (name) => expression.test(name)
}
