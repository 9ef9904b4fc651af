/**
 * Names of signals (signal(7), x86-64), by number from 1 on.
 */
const NAMES =
  `HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM
  PROF WINCH IO PWR SYS`.split(/\s+/)
const ALIASES: Readonly<Record<string, string>> = { IOT: 'ABRT', CLD: 'CHLD', POLL: 'IO' }

/** The highest number, of a real-time signal. */
export const LAST_SIGNAL = 64

/** The number of a signal, by its name in any case, with or without `SIG`; undefined for what is none. */
export function signalNumber(name: string): number | undefined {
  const upper = name.toUpperCase()
  const bare = upper.startsWith('SIG') ? upper.slice(3) : upper
  const index = NAMES.indexOf(ALIASES[bare] ?? bare)
  return index === -1 ? undefined : index + 1
}
