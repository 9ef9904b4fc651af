/**
 * What helpers of the kernel answer when they cannot read memory, in words.
 */

const TEXTS: Readonly<Record<number, string>> = {
  1: 'Operation not permitted',
  14: 'Bad address',
  22: 'Invalid argument',
  34: 'Numerical result out of range',
}

/** The text of a helper's answer, a negative error number: those of the C library. */
export function readErrorText(code: number): string {
  return TEXTS[-code] ?? `Unknown error ${-code}`
}
