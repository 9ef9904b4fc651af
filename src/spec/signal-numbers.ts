/**
 * Signals (signal(7), x86-64): their names, by number from 1 on, and what the C library says of a process that one ended.
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

/** The first real-time signal that programs may use: the C library keeps two for itself. */
const FIRST_REAL_TIME = 34
const TEXTS = [
  'Hangup',
  'Interrupt',
  'Quit',
  'Illegal instruction',
  'Trace/breakpoint trap',
  'Aborted',
  'Bus error',
  'Floating point exception',
  'Killed',
  'User defined signal 1',
  'Segmentation fault',
  'User defined signal 2',
  'Broken pipe',
  'Alarm clock',
  'Terminated',
  'Stack fault',
  'Child exited',
  'Continued',
  'Stopped (signal)',
  'Stopped',
  'Stopped (tty input)',
  'Stopped (tty output)',
  'Urgent I/O condition',
  'CPU time limit exceeded',
  'File size limit exceeded',
  'Virtual timer expired',
  'Profiling timer expired',
  'Window changed',
  'I/O possible',
  'Power failure',
  'Bad system call',
]

/** Texts of all signals by number, 0 and the C library's own among them. */
export function signalTexts(): readonly string[] {
  return Array.from({ length: LAST_SIGNAL + 1 }, (_, number) => {
    if (number >= FIRST_REAL_TIME) return `Real-time signal ${number - FIRST_REAL_TIME}`
    return TEXTS[number - 1] ?? `Unknown signal ${number}`
  })
}
