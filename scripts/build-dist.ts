/**
 * What is published of the code: the library file by file with its declarations (tsc, from the files that `exports` of package.json
 * names), and the command line as one bundle. Used by the build, and by tests that pack what is in src/ now.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundleCli } from './bundle-cli.ts'

const ROOT = join(import.meta.dirname, '..')

/** Writes the folder anew. Rejects when a tool finds an error; it has printed it by then. */
export async function buildDist(outdir: string): Promise<void> {
  rmSync(outdir, { recursive: true, force: true })
  const tsc = join(ROOT, 'node_modules/.bin/tsc')
  const { status } = spawnSync(tsc, ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', outdir], { stdio: 'inherit' })
  if (status !== 0) throw new Error('tsc found errors')
  await bundleCli(outdir)
}
