/**
 * How test runs went, added up and judged: each skip needs a reason, and CI knows how many skips to expect, so that a test
 * cannot stop running unnoticed.
 */

/** A test that was left out, and why. */
export interface SkippedTest {
  readonly test: string
  readonly reason?: string
}

/** One run of vitest, as skip-reporter.ts writes it. */
export interface TestRun {
  readonly passed: number
  readonly failed: number
  readonly skipped: readonly SkippedTest[]
}

/** What to print at the end, and whether the runs together are good. */
export interface Verdict {
  readonly text: string
  readonly good: boolean
}

/** Judges runs. `expectedSkips` is undefined where any number will do: on a developer's machine. */
export function judgeRuns(runs: readonly TestRun[], expectedSkips: number | undefined): Verdict {
  const passed = runs.reduce((sum, run) => sum + run.passed, 0)
  const failed = runs.reduce((sum, run) => sum + run.failed, 0)
  const skipped = runs.flatMap((run) => run.skipped)
  const complaints = [
    ...(passed === 0 ? ['no test has passed'] : []),
    ...skipped.filter(({ reason }) => reason === undefined).map(({ test }) => `skipped without a reason: ${test}`),
    ...(expectedSkips === undefined || expectedSkips === skipped.length
      ? []
      : [`${skipped.length} skips where test/expected-skips.json says ${expectedSkips}`]),
  ]
  const lines = [...listSkips(skipped), ...complaints, `${passed} passed, ${failed} failed, ${skipped.length} skipped`]
  return { text: lines.join('\n'), good: failed === 0 && complaints.length === 0 }
}

function listSkips(skipped: readonly SkippedTest[]): string[] {
  const reasons = [...new Set(skipped.map(({ reason }) => reason ?? 'no reason given'))]
  return reasons.flatMap((reason) => {
    const tests = skipped.filter((one) => (one.reason ?? 'no reason given') === reason)
    return [`skipped, ${tests.length}: ${reason}`, ...tests.map(({ test }) => `  ${test}`)]
  })
}
