/**
 * The command line as one bundle, since start-up is paid for in files opened and bytes parsed: minified, what a run loads
 * lazily in chunks of its own, and all of it CommonJS, which Node starts 6 ms sooner than ES modules. esbuild splits only
 * ES modules, so that each file is turned in a second step. Used by the build and by the tests, which run a bundle of
 * what is in src/ now.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { build, type OutputFile, transform } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')
const TARGET = 'node20.19'

/** Writes `cli.cjs` and the folder of its chunks. Rejects when esbuild finds an error; it has printed it by then. */
export async function bundleCli(outdir: string): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir,
    chunkNames: 'cli-chunks/[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: TARGET,
    external: ['koffi', 'iced-x86', '*.node'],
    define: { 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
    // Inline, so that the second step finds it and carries it on.
    sourcemap: 'inline',
    sourcesContent: false,
    legalComments: 'none',
    write: false,
    logLevel: 'warning',
  })
  await rm(join(outdir, 'cli-chunks'), { recursive: true, force: true })
  for (const file of outputFiles) await writeCommonJs(file)
}

async function writeCommonJs({ path, text }: OutputFile): Promise<void> {
  const { code, map } = await transform(text, {
    format: 'cjs',
    platform: 'node',
    target: TARGET,
    supported: { 'dynamic-import': false },
    minify: true,
    sourcemap: 'external',
    sourcefile: path,
    sourcesContent: false,
  })
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`)
  await writeFile(`${path}.map`, map)
}
