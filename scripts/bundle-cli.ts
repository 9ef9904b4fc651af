/**
 * The command line as one file, since start-up is paid for in files opened and bytes parsed: minified, what a run loads lazily in
 * chunks beside it, and all of it CommonJS, which Node starts 6 ms sooner than ES modules. esbuild splits only ES modules, and gives
 * what the command line shares with its lazy parts chunks of its own; so a second step takes those that are always needed
 * into one file and lets the lazy ones ask it for them. Used by the build and by the tests, which run a bundle of what is in src/ now.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative } from 'node:path'
import { type BuildOptions, build, type Metafile, type Plugin } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')
const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node20.19',
  external: ['koffi', 'iced-x86', '*.node'],
  sourcesContent: false,
  legalComments: 'none',
  write: false,
  logLevel: 'warning',
} as const satisfies BuildOptions

/** Writes `cli.cjs` and the folder of its chunks. Rejects when esbuild finds an error; it has printed it by then. */
export async function bundleCli(outdir: string): Promise<void> {
  const split = await splitModules(outdir)
  const always = staticImports(split, split.entry)
  const lazy = [...split.files.keys()].filter((path) => !always.has(path))
  const shared = [...new Set(lazy.flatMap((path) => split.imports(path).filter((imported) => always.has(imported))))]
  await rm(join(outdir, 'cli-chunks'), { recursive: true, force: true })
  await writeCommonJs(split, split.entry, {
    text: [`export * from ${quote(split.entry)}`, ...shared.map((path, index) => `export * as ${nameOf(index)} from ${quote(path)}`)].join(
      '\n',
    ),
    resolve: (path) => (always.has(path) ? { path } : { path: `./${relative(outdir, commonJs(path))}`, external: true }),
  })
  for (const file of lazy)
    await writeCommonJs(split, file, {
      text: `export * from ${quote(file)}`,
      resolve: (path) => {
        if (always.has(path)) return { path: nameOf(shared.indexOf(path)), namespace: FROM_ENTRY }
        return path === file ? { path } : { path: `./${basename(commonJs(path))}`, external: true }
      },
    })
}

/** The chunks that esbuild makes of the command line: ES modules by absolute path, and what each imports. */
interface SplitModules {
  readonly entry: string
  readonly files: ReadonlyMap<string, string>
  imports(path: string, kind?: Metafile['outputs'][string]['imports'][number]['kind']): readonly string[]
}

async function splitModules(outdir: string): Promise<SplitModules> {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    entryPoints: { cli: 'src/cli/main.ts' },
    outdir,
    chunkNames: 'cli-chunks/[name]-[hash]',
    splitting: true,
    format: 'esm',
    define: { 'import.meta.filename': '__filename', 'import.meta.dirname': '__dirname' },
    // Inline, so that the second step finds it and carries it on.
    sourcemap: 'inline',
    metafile: true,
    plugins: [OWN_REQUIRE],
  })
  const files = new Map(outputFiles.map(({ path, text }) => [path, text]))
  const imports = new Map(Object.entries(metafile.outputs).map(([path, output]) => [join(ROOT, path), output.imports]))
  return {
    entry: join(outdir, 'cli.js'),
    files,
    imports: (path, kind = 'import-statement') =>
      (imports.get(path) ?? []).filter((one) => one.kind === kind && !one.external).map((one) => join(ROOT, one.path)),
  }
}

function staticImports(split: SplitModules, path: string, seen = new Set<string>()): ReadonlySet<string> {
  if (seen.has(path)) return seen
  seen.add(path)
  for (const imported of split.imports(path)) staticImports(split, imported, seen)
  return seen
}

/** `createRequire` is there for ES modules; what is CommonJS has a `require` of its own, and Node loads 0.6 ms of code for the other. */
const OWN_REQUIRE: Plugin = {
  name: 'own-require',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /^node:module$/ }, ({ path }) => ({ path, namespace: 'own-require' }))
    onLoad({ filter: /./, namespace: 'own-require' }, () => ({ contents: 'export const createRequire = () => require' }))
  },
}

/** Modules that a lazy chunk finds in the entry, which has been loaded before it. */
const FROM_ENTRY = 'from-entry'

interface Wanted {
  /** The module to write. */
  readonly text: string
  /** Where it finds a chunk. */
  readonly resolve: (path: string) => { readonly path: string; readonly namespace?: string; readonly external?: boolean }
}

async function writeCommonJs({ files }: SplitModules, file: string, { text, resolve }: Wanted): Promise<void> {
  const chunks: Plugin = {
    name: 'chunks',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /\.js$/ }, ({ path, resolveDir }) => {
        const chunk = path.startsWith('.') ? join(resolveDir, path) : path
        return files.has(chunk) ? resolve(chunk) : undefined
      })
      onResolve({ filter: /^\.\.\/cli\.cjs$/, namespace: FROM_ENTRY }, ({ path }) => ({ path, external: true }))
      onLoad({ filter: /./, namespace: FROM_ENTRY }, ({ path }) => ({ contents: `module.exports = require('../cli.cjs').${path}` }))
      onLoad({ filter: /\.js$/ }, ({ path }) => ({ contents: files.get(path) ?? '', resolveDir: dirname(path) }))
    },
  }
  const { outputFiles } = await build({
    ...COMMON,
    stdin: { contents: text, resolveDir: dirname(file) },
    outfile: commonJs(file),
    format: 'cjs',
    supported: { 'dynamic-import': false },
    sourcemap: 'linked',
    plugins: [chunks],
  })
  for (const output of outputFiles) {
    await mkdir(dirname(output.path), { recursive: true })
    await writeFile(output.path, output.text)
  }
}

const commonJs = (path: string): string => path.replace(/\.js$/, '.cjs')
const nameOf = (index: number): string => `chunk${index}`
const quote = (text: string): string => JSON.stringify(text)
