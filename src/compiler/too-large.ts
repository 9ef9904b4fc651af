/**
 * How the compiler says that a program has outgrown what the kernel lets a program be. That is the user's program's fault and
 * no bug: the front-end that catches it makes it a diagnostic.
 */

/** A program that is too large. `message` says what of it, `hint` what to do. */
export class TooLarge extends Error {
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}
