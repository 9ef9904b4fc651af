/**
 * The command line as one bundle, since start-up is paid for in files opened and bytes parsed (V8 reads some 28 KB a
 * millisecond): minified, in chunks that are read when something of them is first used, and all of it CommonJS, which Node
 * starts 6 ms sooner than ES modules. esbuild splits only ES modules, so that each file is turned in a second step. Used by
 * the build and by the tests, which run a bundle of what is in src/ now.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { build, type OutputFile, type Plugin, transform } from 'esbuild'

const ROOT = join(import.meta.dirname, '..')
const TARGET = 'node20.19'
/**
 * Groups of files in src/ that are kept apart from each other, with what only they reach: `core` is what every run needs, the others
 * what the shortest runs do without.
 */
const APART: Readonly<Record<string, readonly string[]>> = {
  core: [
    'base/address.ts',
    'base/bytes.ts',
    'base/glob.ts',
    'kernel/sys/bpf-link.ts',
    'kernel/sys/bpf-program.ts',
    'kernel/sys/mmap.ts',
    'kernel/sys/perf-event.ts',
    'kernel/sys/struct.ts',
    'kernel/procfs/kernel-version.ts',
    'spec/types/type.ts',
    'spec/stack-layout.ts',
    'format/btf/btf-builder.ts',
  ],
  debug: ['symbolize/debug-info/debug-types.ts', 'symbolize/debug-info/debug-file.ts'],
  uprobes: [
    'symbolize/uprobe-target.ts',
    'symbolize/executable.ts',
    'symbolize/other-symbols.ts',
    'symbolize/uprobe-sites/plan-sites.ts',
    'kernel/links/uprobe.ts',
  ],
  refusals: ['kernel/programs/refusals/refusals.ts'],
  kernelTypes: ['kernel/btf/kernel-btf.ts', 'spec/relocation/relocate.ts'],
}
const APART_PREFIX = 'apart-'
/** The file that small chunks share, and how many bytes are small. */
const JOINED = 'small.cjs'
const SMALL = 12_000

/** Writes `cli.cjs` and the folder of its chunks. Rejects when esbuild finds an error; it has printed it by then. */
export async function bundleCli(outdir: string): Promise<void> {
  const { outputFiles } = await build({
    absWorkingDir: ROOT,
    entryPoints: {
      cli: 'src/cli/main.ts',
      ...Object.fromEntries(Object.keys(APART).map((name) => [APART_PREFIX + name, `apart:${name}`])),
    },
    plugins: [APART_GROUPS],
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
  const files = outputFiles.filter(({ path }) => !basename(path).startsWith(APART_PREFIX))
  const chunks = await Promise.all(files.map(toCommonJs))
  const folder = join(outdir, 'cli-chunks')
  await rm(folder, { recursive: true, force: true })
  await mkdir(folder, { recursive: true })
  const isSmall = ({ path, code }: Chunk) => basename(path).startsWith('chunk-') && code.length < SMALL
  const small = chunks.filter(isSmall)
  const names = new Set(small.map(({ path }) => basename(path)))
  const large = chunks.filter((chunk) => !isSmall(chunk)).map((chunk) => requireWhenUsed(chunk, names))
  for (const chunk of [...large, joined(join(folder, JOINED), small, names)]) await writeChunk(chunk)
}

/** An entry point for each group: esbuild puts what several of them reach into chunks of their own. */
const APART_GROUPS: Plugin = {
  name: 'apart',
  setup: (bundle) => {
    bundle.onResolve({ filter: /^apart:/ }, ({ path }) => ({ path: path.slice('apart:'.length), namespace: 'apart' }))
    bundle.onLoad({ filter: /.*/, namespace: 'apart' }, ({ path }) => ({
      contents: (APART[path] ?? []).map((file) => `export * from './src/${file}'`).join('\n'),
      resolveDir: ROOT,
    }))
  },
}

/** One file of the bundle. */
interface Chunk {
  readonly path: string
  readonly code: string
  readonly map: SourceMap
  /** The names that it takes from each other chunk; none from one that it only wants loaded. */
  readonly imports: ReadonlyMap<string, readonly string[]>
}

type SourceMap = { readonly mappings: string } | { readonly version: 3; readonly sections: readonly object[] }

async function toCommonJs({ path, text }: OutputFile): Promise<Chunk> {
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
  return { path, code, map: JSON.parse(map), imports: namesImported(text) }
}

function namesImported(text: string): ReadonlyMap<string, readonly string[]> {
  const clauses = text.matchAll(/\bimport(?:\{([^}]*)\}from)?"(\.[^"]+)"/g)
  return new Map([...clauses].map(([, names, path = '']) => [path, names?.split(',').map((name) => name.replace(/ as .*$/, '')) ?? []]))
}

/**
 * Makes `x=require("./chunk")` an object that requires the chunk when one of its names is first used: no module of ours does
 * anything by being loaded. The objects have a line of their own in front, and everything else keeps its column.
 */
function requireWhenUsed(chunk: Chunk, small: ReadonlySet<string>): Chunk & { readonly map: { readonly mappings: string } } {
  const objects: string[] = []
  const code = chunk.code.replaceAll(/=require\("(\.[^"]+)"\)(?=[,;])/g, (whole, path: string) => {
    const names = chunk.imports.get(path)
    if (names === undefined) throw new Error(`the bundle has a require that no import became: ${whole}`)
    const getters = names.map((name) => `get ${name}(){return l().${name}}`)
    const file = basename(path)
    const load = small.has(file) ? `require("${path.replace(file, JOINED)}")("${file}")` : `require("${path}")`
    objects.push(`chunk$${objects.length}=(()=>{let m;const l=()=>m??=${load};return{${getters}}})()`)
    return `=chunk$${objects.length - 1}`.padEnd(whole.length)
  })
  const line = objects.length === 0 ? '' : `const ${objects};`
  if (!('mappings' in chunk.map)) throw new Error(`${chunk.path} is a joined chunk`)
  return { ...chunk, code: `${line}\n${code}`, map: { ...chunk.map, mappings: `;${chunk.map.mappings}` } }
}

/** Many small chunks as one file, each still run when it is first asked for: opening a file costs more than reading past them. */
function joined(path: string, chunks: readonly Chunk[], names: ReadonlySet<string>): Chunk {
  let code = 'const loaded={},chunks={\n'
  const sections = chunks.map((chunk) => {
    const { path: name, code: text, map } = requireWhenUsed(chunk, names)
    code += `"${basename(name)}":(module,require)=>{\n`
    const line = code.split('\n').length - 1
    code += `${text}},\n`
    return { offset: { line, column: 0 }, map }
  })
  code += `};const here=(path)=>path==="./${JOINED}"?load:require(path);function load(name){let module=loaded[name];`
  code += 'if(module===undefined){loaded[name]=module={exports:{}};chunks[name](module,here)}return module.exports}module.exports=load;\n'
  return { path, code, map: { version: 3, sections }, imports: new Map() }
}

async function writeChunk({ path, code, map }: Chunk): Promise<void> {
  await writeFile(path, `${code}//# sourceMappingURL=${basename(path)}.map\n`)
  await writeFile(`${path}.map`, JSON.stringify(map))
}
