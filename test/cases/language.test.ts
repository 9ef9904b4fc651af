/**
 * Every case of testdata/language on the real kernel: what a script of the bpftrace language writes, byte for byte. `{target}`
 * and `{pid}` in a case are a program of ours and its process.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { parseCases } from '../support/case-file.ts'
import { CaseTarget } from '../support/case-target.ts'
import { needs } from '../support/needs.ts'
import { expectEnd, runCase } from './case-run.ts'

const FOLDER = join(import.meta.dirname, '../../testdata/language')

let target: CaseTarget
beforeAll(() => {
  target = new CaseTarget('pie')
})
afterAll(() => target.close())

describe.each(readdirSync(FOLDER).filter((name) => name.endsWith('.txt')))('%s', (file) => {
  test.for(parseCases(file, readFileSync(join(FOLDER, file), 'latin1')))('$name', async (item, context) => {
    needs(context, 'root')
    target.stop()
    const filled = target.fill(item)
    expectEnd(await runCase(filled), filled)
  })
})
