/**
 * What bpftrace printed (testdata/output-conformance), byte for byte, from the virtual machine: the whole way of a script but the
 * kernel, with no root.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { sourceText } from '../../../src/base/source-text.ts'
import { parseCommandLine } from '../../../src/cli/command-line.ts'
import { runScript } from '../../../src/session/script/run-script.ts'
import { StopRequest } from '../../../src/session/script/stop-request.ts'
import { type OutputCase, parseCases } from '../../support/case-file.ts'

const FOLDER = join(import.meta.dirname, '../../../testdata/output-conformance')
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))

describe.each(FILES)('%s', (file) => {
  const cases = parseCases(file, readFileSync(join(FOLDER, file), 'latin1')).filter(({ needs }) => needs.length === 0)
  test.concurrent.for(cases)('$name', async (item) => {
    const end = await run(item)
    const shown = end.exit === item.exit ? {} : { stderr: end.stderr }
    expect({ stdout: end.stdout, exit: end.exit, ...shown }).toEqual({ stdout: item.expect, exit: item.exit })
    if (item.expectStderr !== undefined) expect(end.stderr).toBe(item.expectStderr)
  })
})

async function run({ args, program }: OutputCase) {
  const text = Buffer.from(program, 'latin1').toString('utf8')
  const commandLine = parseCommandLine(['--vm', ...args, '-e', text])
  if (commandLine.kind !== 'run-text') throw new Error('not a program')
  const written = { out: '', err: '' }
  const sink = (name: 'out' | 'err') => ({
    write(more: string) {
      written[name] += more
    },
    flush() {},
  })
  const { options, parameters } = commandLine
  const exit = await runScript(
    { ...options, source: sourceText('stdin', commandLine.program), parameters },
    { out: sink('out'), err: sink('err'), isTerminal: false },
    new StopRequest(),
  )
  return { stdout: written.out, stderr: written.err, exit }
}
