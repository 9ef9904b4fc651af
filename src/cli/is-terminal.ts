/**
 * Whether a descriptor is a terminal, asked without node:tty where that is possible: with it come node:net and streams, which
 * take 4 ms to load.
 */
import { fstatSync } from 'node:fs'

/** Major numbers of device files (Documentation/admin-guide/devices.txt): /dev/null and the like; pseudo-terminals. */
const MEMORY_DEVICES = 1
const PSEUDO_TERMINALS = { first: 136, last: 143 }

/** True for a terminal. Throws the error of fstat(2) when the descriptor is not open. */
export function isTerminal(fd: number): boolean {
  const status = fstatSync(fd)
  if (!status.isCharacterDevice()) return false
  const major = (status.rdev >> 8) & 0xfff
  if (major === MEMORY_DEVICES) return false
  if (major >= PSEUDO_TERMINALS.first && major <= PSEUDO_TERMINALS.last) return true
  return process.getBuiltinModule('node:tty').isatty(fd)
}
