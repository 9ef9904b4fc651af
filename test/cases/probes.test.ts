/**
 * The cases of testdata/cases on the real kernel: probes on a program of ours, as bpftrace answers them, byte for byte. What
 * attaches uprobes runs through uprobe_multi and through perf events, on a program that slides and on one that does not.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { type OutputCase, parseCases } from '../support/case-file.ts'
import { CaseTarget, type CaseTargetKind } from '../support/case-target.ts'
import { type Need, needs } from '../support/needs.ts'
import { expectEnd, runCase } from './case-run.ts'

const FOLDER = join(import.meta.dirname, '../../testdata/cases')

interface Way {
  readonly name: string
  readonly kind: CaseTargetKind
  readonly before: readonly string[]
  readonly needs: readonly Need[]
}

const MULTI: Omit<Way, 'name' | 'kind'> = { before: [], needs: ['root', { feature: 'uprobe_multi' }] }
const PERF: Omit<Way, 'name' | 'kind'> = { before: ['--no-feature', 'uprobe_multi'], needs: ['root'] }
const UPROBE_WAYS: readonly Way[] = [
  { name: 'PIE, uprobe_multi', kind: 'pie', ...MULTI },
  { name: 'PIE, perf events', kind: 'pie', ...PERF },
  { name: 'fixed addresses, uprobe_multi', kind: 'no-pie', ...MULTI },
  { name: 'fixed addresses, perf events', kind: 'no-pie', ...PERF },
]
const ANY_WAY: readonly Way[] = [{ name: 'as they are', kind: 'pie', before: [], needs: ['root'] }]

const FILES: Readonly<Record<string, readonly Way[]>> = {
  'uprobe.txt': UPROBE_WAYS,
  'process.txt': UPROBE_WAYS,
  'tracepoint.txt': ANY_WAY,
  'timers.txt': ANY_WAY,
}

describe.each(Object.entries(FILES))('%s', (file, ways) => {
  const cases = readCases(file)
  describe.each(ways)('$name', ({ kind, before, needs: wanted }) => {
    let target: CaseTarget
    beforeAll(() => {
      target = new CaseTarget(kind)
    })
    afterAll(() => target.close())

    test.for(cases)('$name', async (item, context) => {
      needs(context, ...wanted)
      target.stop()
      const filled = target.fill(item)
      expectEnd(await runCase(filled, before), filled)
    })
  })
})

function readCases(file: string): readonly OutputCase[] {
  return parseCases(file, readFileSync(join(FOLDER, file), 'latin1'))
}
