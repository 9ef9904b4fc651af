/**
 * A vitest reporter that writes how the run went to the file named by BORESCOPE_TEST_RESULT, with the reason of each skip
 * (`ctx.skip(reason)`, which is what `needs()` calls). scripts/summarize-tests.ts adds the runs up.
 */
import { writeFileSync } from 'node:fs'
import type { Reporter, SerializedError, TestCase, TestModule } from 'vitest/node'
import type { SkippedTest, TestRun } from './test-run.ts'

/** Counts a run's tests; a file that could not be collected and an error outside of any test count as failures. */
// biome-ignore lint/style/noDefaultExport: vitest loads the default export of a reporter
export default class SkipReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly SerializedError[]): void {
    const path = process.env.BORESCOPE_TEST_RESULT
    if (path !== undefined) writeFileSync(path, JSON.stringify(summarize(modules, unhandledErrors.length)))
  }
}

function summarize(modules: readonly TestModule[], unhandledErrors: number): TestRun {
  const tests = modules.flatMap((module) => [...module.children.allTests()])
  const count = (state: string) => tests.filter((test) => test.result().state === state).length
  const broken = modules.flatMap((module) => [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())])
  return {
    passed: count('passed'),
    failed: count('failed') + count('pending') + broken.length + unhandledErrors,
    skipped: tests.filter((test) => test.result().state === 'skipped').map(skippedTest),
  }
}

function skippedTest(test: TestCase): SkippedTest {
  const result = test.result()
  const reason = result.state === 'skipped' ? result.note : undefined
  return { test: `${test.module.relativeModuleId}: ${test.fullName}`, ...(reason === undefined ? {} : { reason }) }
}
