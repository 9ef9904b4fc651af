/**
 * Every case of testdata/output-conformance, as bpftrace prints it, on the real kernel: standard output and exit code, byte
 * for byte. No case needs more of the language than there is.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseCases } from '../support/case-file.ts'
import { needs } from '../support/needs.ts'
import { expectEnd, runCase } from './case-run.ts'

const FOLDER = join(import.meta.dirname, '../../testdata/output-conformance')
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.txt'))

const cases = FILES.flatMap((file) => parseCases(file, readFileSync(join(FOLDER, file), 'latin1')).map((item) => ({ ...item, file })))

describe.each(FILES)('%s', (file) => {
  const ofFile = cases.filter((item) => item.file === file)
  test.concurrent.for(ofFile)('$name', async (item, context) => {
    needs(context, 'root')
    expectEnd(await runCase(item), item)
  })
})

test('every case is run', () => {
  expect(cases.filter((item) => item.needs.length > 0)).toEqual([])
})
