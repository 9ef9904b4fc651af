/**
 * The programs of bench/codegen in the kernel: whatever the optimiser makes of them, the verifier accepts, without looking at
 * more than a few thousand instructions.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { compileOurs } from '../../bench/codegen/ours.ts'
import { BENCH_PROGRAMS } from '../../bench/codegen/programs.ts'
import { buildWorkbench, type Workbench } from '../../bench/codegen/theirs.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { needs } from '../support/needs.ts'

/** Instructions that the verifier may have to look at; the kernel's own limit is a million. */
const MOST_PROCESSED = 8000

describe('the verifier accepts', () => {
  let workbench: Workbench
  const directory = mkdtempSync(join(tmpdir(), 'borescope-codegen-'))
  beforeAll(() => {
    workbench = buildWorkbench(directory)
  })
  afterAll(() => rmSync(directory, { recursive: true }))

  it.for(BENCH_PROGRAMS)('$name', async (program, context) => {
    needs(context, 'root')
    const loaded = createKernelExecutor().load(await compileOurs(program, workbench.target), {
      constants: new Map(),
      verifierLog: 'always',
    })
    try {
      for (const log of loaded.verifierLogs.values()) {
        expect(Number(/processed (\d+) insns/.exec(log)?.[1])).toBeLessThan(MOST_PROCESSED)
      }
    } finally {
      loaded.close()
    }
  })
})
