/**
 * Runs one case of a case file through the launcher, and says how its end differs from what the case expects.
 */

import type { OutputCase } from '../support/case-file.ts'
import { runCli, type StartOptions } from '../support/cli.ts'

/** How a run ended: what a case fixes of it. */
export interface CaseEnd {
  readonly stdout: string
  readonly exit: number | null
  /** Absent where the case leaves it open. */
  readonly stderr?: string
}

/** What the case says that a run does. */
export function expectedEnd(item: OutputCase): CaseEnd {
  return { stdout: item.expect, exit: item.exit, ...(item.expectStderr === undefined ? {} : { stderr: item.expectStderr }) }
}

/** Runs the case's program, with `before` in front of its own arguments. */
export async function runCase(
  item: OutputCase,
  before: readonly string[] = [],
  options: StartOptions = {},
): Promise<CaseEnd & { readonly stderr: string }> {
  const program = Buffer.from(item.program, 'latin1').toString('utf8')
  const { code, stdout, stderr } = await runCli([...before, ...item.args, '-e', program], options)
  return { stdout, exit: code, stderr }
}
