/**
 * Builds `dist/`: the library file by file with its declarations (tsc, from src/index.ts), and the command line as one
 * bundle (esbuild), since start-up is paid for in files opened. What a run loads lazily becomes chunks of its own.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')
const DIST = join(ROOT, 'dist')

/** commander is CommonJS: its `require('node:...')` must work inside an ES module. */
const REQUIRE_SHIM = `import { createRequire as borescopeCreateRequire } from 'node:module'
const require = borescopeCreateRequire(import.meta.url)`

rmSync(DIST, { recursive: true, force: true })
const tsc = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-p', join(ROOT, 'tsconfig.build.json')], { stdio: 'inherit' })
// Both tools have said why by then.
if (tsc.status !== 0) process.exit(1)
await build({
  absWorkingDir: ROOT,
  entryPoints: { cli: 'src/cli/main.ts' },
  outdir: DIST,
  chunkNames: 'cli-chunks/[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  external: ['koffi'],
  banner: { js: REQUIRE_SHIM },
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'external',
  logLevel: 'warning',
}).catch(() => process.exit(1))
