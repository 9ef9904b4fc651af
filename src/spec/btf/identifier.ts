/**
 * Names as BTF takes them: the kernel refuses types and members that are not identifiers of C.
 */

/** Longer than any name that is told apart by its end. */
const LONGEST = 120

/** What of a name the kernel takes; `@` becomes `AT_` as in names of maps, anything else that is no letter `_`. */
export function identifier(name: string): string {
  const text = name
    .replaceAll('@', 'AT_')
    .replace(/[^A-Za-z0-9_]/gu, '_')
    .slice(0, LONGEST)
  return text === '' || /^\d/.test(text) ? `_${text}` : text
}
