/**
 * C programs of a test's own, built by gcc into a directory of their own.
 */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A built program. Whoever built it removes it. */
export interface CProgram {
  readonly path: string
  /** The directory that it is alone in, with its source; every user may read it. */
  readonly directory: string
  remove(): void
}

/** Builds `source` with the given flags of gcc. */
export function buildProgram(source: string, flags: readonly string[] = []): CProgram {
  const directory = mkdtempSync(join(tmpdir(), 'borescope-program-'))
  chmodSync(directory, 0o755)
  const path = join(directory, 'program')
  writeFileSync(`${path}.c`, source)
  execFileSync('gcc', ['-O1', '-o', path, `${path}.c`, ...flags])
  return { path, directory, remove: () => rmSync(directory, { recursive: true }) }
}
