/**
 * Builds `dist/`: the library file by file with its declarations (tsc, from src/index.ts), and the command line as one
 * bundle.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundleCli } from './bundle-cli.ts'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')

rmSync(DIST, { recursive: true, force: true })
const tsc = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', join(ROOT, 'tsconfig.build.json')], { stdio: 'inherit' })
// Both tools have said why by then.
if (tsc.status !== 0) process.exit(1)
await bundleCli(DIST).catch(() => process.exit(1))
