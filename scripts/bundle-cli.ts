/**
 * The command line as one bundle (esbuild), since start-up is paid for in files opened. What a run loads lazily becomes
 * chunks of its own. Used by the build and by the tests, which run a bundle of what is in src/ now.
 */
import { join } from 'node:path'
import { build } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')

/** commander is CommonJS: its `require('node:...')` must work inside an ES module. */
const REQUIRE_SHIM = `import { createRequire as borescopeCreateRequire } from 'node:module'
const require = borescopeCreateRequire(import.meta.url)`

/** Writes `cli.js` and its chunks into a directory. Rejects when esbuild finds an error; it has printed it by then. */
export async function bundleCli(outdir: string): Promise<void> {
  await build({
    absWorkingDir: ROOT,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir,
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
  })
}
