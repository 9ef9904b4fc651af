/**
 * Every case of testdata/output-conformance, as bpftrace prints it, on the real kernel: standard output and exit code, byte
 * for byte. A case that needs more of the language than there is must be refused by name instead.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type OutputCase, parseCases } from '../support/case-file.ts'
import { needs } from '../support/needs.ts'
import { expectEnd, runCase } from './case-run.ts'

const FOLDER = join(import.meta.dirname, '../../testdata/output-conformance')
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))

/** What the refusal of a case says, by the word of its NEEDS. Words go from here as the language grows. */
const REFUSALS: Readonly<Record<string, RegExp>> = {
  records: /^stdin:1:\d+-\d+: ERROR: a record \(named fields\) is not supported yet\n.*\n *~+$/m,
}

/** How many cases may be refused: fewer of them are run than this leaves when it grows. */
const REFUSED = 3

const cases = FILES.flatMap((file) => parseCases(file, readFileSync(join(FOLDER, file), 'latin1')).map((item) => ({ ...item, file })))
const [run, refused] = [cases.filter((item) => item.needs.length === 0), cases.filter((item) => item.needs.length > 0)]

describe.each(FILES)('%s', (file) => {
  const ofFile = run.filter((item) => item.file === file)
  test.concurrent.for(ofFile)('$name', async (item, context) => {
    needs(context, 'root')
    expectEnd(await runCase(item), item)
  })
})

describe('what the language does not have yet is refused by name', () => {
  test.concurrent.for(refused)('$file: $name', async (item, context) => {
    needs(context, 'root')
    const { stdout, stderr, exit } = await runCase(item)
    expect({ stdout, exit }).toEqual({ stdout: '', exit: 1 })
    expect(stderr).toMatch(refusalOf(item))
  })

  test(`${REFUSED} cases`, () => {
    expect(refused.map((item) => `${item.file}: ${item.name}`)).toHaveLength(REFUSED)
  })
})

function refusalOf(item: OutputCase): RegExp {
  const refusal = REFUSALS[item.needs[0] ?? '']
  if (refusal === undefined) throw new Error(`${item.name}: no refusal is known for NEEDS ${item.needs.join(' ')}`)
  return refusal
}
