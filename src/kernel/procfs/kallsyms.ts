/**
 * /proc/kallsyms: the kernel's symbols as text, a line each.
 */
import { readFileSync } from 'node:fs'

/** The whole text; undefined when it cannot be read. */
export function readKallsyms(): string | undefined {
  try {
    return readFileSync('/proc/kallsyms', 'latin1')
  } catch {
    return undefined
  }
}
