/**
 * What `--test` says about each test probe, as text (the form of GoogleTest, which bpftrace has taken over) and as JSON lines.
 */
import { jsonObject, jsonString } from './json-value.ts'
import type { TextSink } from './output-writer.ts'

/** How one test went. */
export interface TestResult {
  readonly name: string
  readonly passed: boolean
  readonly durationNs: bigint
  /** What it printed, a byte string. */
  readonly output: string
}

/** Reports tests, in order. */
export interface TestReport {
  begin(count: number): void
  start(name: string): void
  result(result: TestResult): void
  end(results: readonly TestResult[]): void
}

/** Makes the report of a form (`-f`). Colours are for terminals. */
export function createTestReport(
  format: 'text' | 'json',
  { out, isTerminal }: { readonly out: TextSink; readonly isTerminal: boolean },
): TestReport {
  return format === 'json' ? jsonReport(out) : textReport(out, isTerminal ? coloured : (_, text) => text)
}

type Paint = (colour: keyof typeof COLOURS, text: string) => string

const COLOURS = { green: 32, red: 31 } as const
const coloured: Paint = (colour, text) => `\x1b[${COLOURS[colour]}m${text}\x1b[0m`
const tests = (count: number): string => `${count} ${count === 1 ? 'test' : 'tests'}`

function textReport(out: TextSink, paint: Paint): TestReport {
  const line = (colour: keyof typeof COLOURS, label: string, text: string) => out.write(`${paint(colour, label)} ${text}\n`)
  return {
    begin: (count) => line('green', '[==========]', `Running ${count} tests.`),
    start: (name) => line('green', '[ RUN      ]', name),
    result({ name, passed, durationNs, output }) {
      const text = `${name} (${durationNs / 1000n} \xce\xbcs)`
      if (passed) line('green', '[       OK ]', text)
      else {
        out.write(output === '' || output.endsWith('\n') ? output : `${output}\n`)
        line('red', '[  FAILED  ]', text)
      }
    },
    end(results) {
      const failed = results.filter(({ passed }) => !passed)
      line('green', '[==========]', `${tests(results.length)} ran.`)
      line('green', '[  PASSED  ]', `${tests(results.length - failed.length)}.`)
      if (failed.length === 0) return
      line('red', '[  FAILED  ]', `${tests(failed.length)}, listed below:`)
      for (const { name } of failed) line('red', '[  FAILED  ]', name)
    },
  }
}

function jsonReport(out: TextSink): TestReport {
  return {
    begin: () => {},
    start: () => {},
    result({ name, passed, durationNs, output }) {
      const data = jsonObject([
        ['duration', String(durationNs)],
        ['passed', String(passed)],
        ['output', jsonString(output)],
      ])
      out.write(
        `${jsonObject([
          ['type', jsonString('test_result')],
          ['data', jsonObject([[name, data]])],
        ])}\n`,
      )
    },
    end: () => {},
  }
}
