/**
 * Runs one case of a case file through the launcher, and checks that it ended as the case says.
 */
import { expect } from 'vitest'
import type { OutputCase } from '../support/case-file.ts'
import { runCli, type StartOptions } from '../support/cli.ts'

/** How a run ended; texts are byte strings. */
export interface CaseEnd {
  readonly stdout: string
  readonly stderr: string
  /** `null` when a signal ended it, as at the time limit. */
  readonly exit: number | null
}

/** Runs the case's program, with the words of `before` in front of its own arguments. */
export async function runCase(item: OutputCase, before: readonly string[] = [], options: StartOptions = {}): Promise<CaseEnd> {
  const program = Buffer.from(item.program, 'latin1').toString('utf8')
  const { code, stdout, stderr } = await runCli([...before, ...item.args, '-e', program, ...item.words], options)
  return { stdout, stderr, exit: code }
}

/** Fails unless output and exit code are those of the case, and the messages too where it states them. */
export function expectEnd(end: CaseEnd, item: OutputCase): void {
  // The messages of a run that went wrong say why it did.
  const shown = end.exit === item.exit ? {} : { stderr: end.stderr }
  expect({ stdout: end.stdout, exit: end.exit, ...shown }).toEqual({ stdout: item.expect, exit: item.exit })
  if (item.expectStderr !== undefined) expect(end.stderr).toBe(item.expectStderr)
}
