/**
 * Prints how the runs of the test tiers went, and fails where one of them did: summarize-tests.ts RESULT.json... . With
 * CI=true the number of skips must be the one in test/expected-skips.json.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { judgeRuns, type TestRun } from './test-run.ts'

const expectedPath = join(import.meta.dirname, '..', 'test', 'expected-skips.json')
const runs = process.argv.slice(2).map((path) => readJson<TestRun>(path))
const expected = process.env.CI === 'true' ? readJson<{ skips: number }>(expectedPath).skips : undefined
const verdict = judgeRuns(runs, expected)
console.log(verdict.text)
process.exitCode = verdict.good ? 0 : 1

function readJson<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8'))
}
