/**
 * Our code beside clang's and bpftrace's. Run alone: `npx tsx bench/codegen/main.ts [NAME...]` (with names, listings too).
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { compareCode } from './compare.ts'

const names = process.argv.slice(2)
const directory = mkdtempSync(join(tmpdir(), 'borescope-codegen-'))
try {
  process.exitCode = await compareCode(directory, names)
} finally {
  rmSync(directory, { recursive: true })
}
