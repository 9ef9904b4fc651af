/**
 * `--test`: runs each test probe once, in the order of declaration. A test passes when it returns 0 and does not ask for an exit
 * code other than 0; what it printed is shown when it fails. Nothing is attached; BEGIN and END run around them.
 */
import { UsageError } from '../../base/errors.ts'
import { createTestReport, type TestResult } from '../../output/test-report.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { runAll } from './attach-all.ts'
import { createScriptOutput, type ScriptOutput, type ScriptOutputParts } from './script-output.ts'
import { StopRequest } from './stop-request.ts'

/** Runs the tests of a loaded script; answers the exit code, 1 when one failed. Throws `UsageError` when there is none. */
export function runTests(parts: ScriptOutputParts & { readonly printMaps: boolean }): number {
  const { object, loaded, options, streams } = parts
  const tests = testsOf(object)
  if (tests.length === 0)
    throw new UsageError('the script has no test probes', { remedy: 'a test is a probe of its own: test:NAME { ... return 0; }' })
  const report = createTestReport(options.format === 'json' ? 'json' : 'text', streams)
  const own = createScriptOutput(parts)
  runAll(object, loaded, 'begin')
  own.drainAll()
  report.begin(tests.length)
  const results = tests.map((test) => {
    report.start(test.name)
    const result = runTest(test, parts)
    report.result(result)
    return result
  })
  report.end(results)
  finish(object, loaded, { output: own, printMaps: parts.printMaps })
  return results.every(({ passed }) => passed) ? 0 : 1
}

function finish(
  object: ObjectSpec,
  loaded: LoadedObject,
  { output, printMaps }: { readonly output: ScriptOutput; readonly printMaps: boolean },
): void {
  output.beginEnd()
  runAll(object, loaded, 'end')
  output.drainAll()
  output.finish({ printMaps })
}

interface TestProgram {
  readonly name: string
  readonly program: string
}

function testsOf(object: ObjectSpec): TestProgram[] {
  return object.programs.flatMap(({ name: program, attach }) =>
    attach.flatMap((point) => (point.kind === 'test' ? [{ name: point.name, program }] : [])),
  )
}

function runTest({ name, program }: TestProgram, parts: ScriptOutputParts): TestResult {
  const { loaded, options, streams } = parts
  const written: string[] = []
  const stop = new StopRequest()
  const out = { write: (text: string) => void written.push(text), flush: () => {} }
  const output = createScriptOutput({
    ...parts,
    stop,
    options: { ...options, format: 'text' },
    streams: { ...streams, out },
  })
  const started = process.hrtime.bigint()
  const returned = loaded.run(program)
  const durationNs = process.hrtime.bigint() - started
  output.drainAll()
  return { name, passed: returned === 0 && stop.exitCode === 0, durationNs, output: written.join('') }
}
