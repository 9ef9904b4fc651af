/**
 * How both writers say that maps had no room for a key. Section 6.6 of the language reference.
 */

/** What the kernel answers when a hash is full: -E2BIG. */
export const NO_ROOM = -7

/** What happened and what helps; names the maps that are full, where that is known. */
export function mapFullMessage(full: readonly string[]): string {
  const which = full.length === 0 ? '' : ` (full: ${full.join(', ')})`
  return `Map full; can't update element. Try increasing max_map_keys config${which}`
}

/** The line at the end of a run. */
export function totalDroppedText(total: bigint): string {
  return `WARNING: Total dropped map update count: ${total}\n`
}
