/**
 * One example through every tool chain that people run TypeScript with. Each must give the same programs, and places in the
 * file that the user wrote. Needs no root: compiling stops before the kernel.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type BuildOptions, buildSync, transformSync } from 'esbuild'
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest'
import { bundleCli } from '../../scripts/bundle-cli.ts'
import * as example from './fixture/program.ts'
import { inspectExample, type Outcome } from './harness.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const FIXTURE = resolve(import.meta.dirname, 'fixture/program.ts')
const HARNESS = resolve(import.meta.dirname, 'harness.ts')

let directory: string
let expected: Outcome

/** Bundles to a file in the directory of the test. */
function bundle(entry: string, outfile: string, options: BuildOptions = {}): string {
  const path = join(directory, outfile)
  buildSync({
    entryPoints: [entry],
    outfile: path,
    bundle: true,
    platform: 'node',
    format: 'esm',
    external: ['koffi'],
    logLevel: 'silent',
    ...options,
  })
  return path
}
/** Runs the harness on examples, by a command. */
function inspect(command: readonly string[], programs: readonly string[]): Outcome[] {
  const [executable = '', ...args] = [...command, join(directory, 'harness.mjs'), ...programs]
  return JSON.parse(execFileSync(executable, args, { cwd: ROOT, encoding: 'utf8' }))
}

beforeAll(async () => {
  mkdirSync(join(ROOT, 'build'), { recursive: true })
  directory = mkdtempSync(join(ROOT, 'build/toolchains-'))
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
  bundle(HARNESS, 'harness.mjs')
  for (const file of ['bin', 'package.json']) cpSync(join(ROOT, file), join(directory, 'installed', file), { recursive: true })
  await bundleCli(join(directory, 'installed/dist'))
  expected = inspectExample(example)
}, 60_000)
afterAll(() => rmSync(directory, { recursive: true, force: true }))

/** Where the example's probes begin in the file that the user wrote, by looking for the text. */
function placeOf(file: string, name: string, text: string): string {
  const source = readFileSync(file, 'utf8')
  const offset = source.indexOf(text)
  const lines = source.slice(0, offset).split('\n')
  return `${name}:${lines.length}:${(lines.at(-1)?.length ?? 0) + 1}`
}

describe('vitest itself', () => {
  it('compiles both programs', () => {
    expect(Object.keys(expected.programs)).toEqual(['counting', 'slow'])
    expect(expected.programs.counting).toContain('"imm":"112n"') // probe_read_user
  })
  it('knows the places in the file', () => {
    expect(expected.places.counting).toBe(placeOf(FIXTURE, 'test/toolchains/fixture/program.ts', 'ctx.arg(0)'))
  })
  it('shows the mistakes there', () => {
    const name = 'test/toolchains/fixture/program.ts'
    expect(expected.diagnostics.map((text) => text.split(': ')[0])).toEqual([
      expect.stringMatching(`^${placeOf(FIXTURE, name, 'changing)')}`),
      expect.stringMatching(`^${placeOf(FIXTURE, name, 'half))')}`),
    ])
  })
})

const BUNDLES: readonly (readonly [string, string, BuildOptions])[] = [
  ['esbuild, esm, map inline', 'inline.mjs', { sourcemap: 'inline' }],
  ['esbuild, esm, map beside', 'linked.mjs', { sourcemap: 'linked' }],
  ['esbuild, esm, sources not in the map', 'bare.mjs', { sourcemap: 'linked', sourcesContent: false }],
  ['esbuild, cjs', 'common.cjs', { sourcemap: 'inline', format: 'cjs' }],
  ['esbuild, esm, minified', 'small.mjs', { sourcemap: 'inline', minify: true }],
  ['esbuild, cjs, minified', 'small.cjs', { sourcemap: 'inline', minify: true, format: 'cjs' }],
  ['esbuild, names kept', 'names.mjs', { sourcemap: 'inline', minify: true, keepNames: true }],
  ['esbuild, library outside, cjs', 'outside.cjs', { sourcemap: 'inline', format: 'cjs', external: ['koffi', '*/src/index.ts'] }],
]

/** A bundle of the example; with the library outside, that is a second bundle beside it. */
function bundleExample(file: string, options: BuildOptions): string {
  const path = bundle(FIXTURE, file, options)
  if (!file.startsWith('outside')) return path
  const library = bundle(join(ROOT, 'src/index.ts'), 'library.cjs', { format: 'cjs' })
  writeFileSync(path, readFileSync(path, 'utf8').replace(/require\("[^"]*src\/index\.ts"\)/g, `require(${JSON.stringify(library)})`))
  return path
}

/** Those whose places are mapped to the file that the user wrote, byte for byte. */
const MAPPED = ['tsx', ...BUNDLES.map(([name]) => name)]
const outcomes = new Map<string, Outcome>()
beforeAll(() => {
  const bundles = BUNDLES.map(([, file, options]) => bundleExample(file, options))
  const found = [...inspect([join(ROOT, 'node_modules/.bin/tsx')], [FIXTURE]), ...inspect(['node'], bundles)]
  for (const [index, name] of MAPPED.entries()) outcomes.set(name, found[index]!)
}, 120_000)

describe.each(MAPPED)('%s', (name) => {
  it('gives the same programs', () => {
    expect(outcomes.get(name)?.programs).toEqual(expected.programs)
  })
  it('knows the places in the file that the user wrote', () => {
    expect(outcomes.get(name)?.places).toEqual(expected.places)
  })
  it('shows the mistakes there', () => {
    expect(outcomes.get(name)?.diagnostics).toEqual(expected.diagnostics)
  })
})

/** Those without a map: places are those of the JavaScript file. */
describe('plain JavaScript', () => {
  it('gives the same programs, at places in the JavaScript file', () => {
    const library = bundle(join(ROOT, 'src/index.ts'), 'library.mjs')
    const strip = (path: string) =>
      transformSync(readFileSync(path, 'utf8'), { loader: 'ts', format: 'esm' })
        .code.replaceAll('../../../src/index.ts', library)
        .replaceAll('./limits.ts', './limits.mjs')
    const program = join(directory, 'plain.mjs')
    writeFileSync(program, strip(FIXTURE))
    writeFileSync(join(directory, 'limits.mjs'), strip(resolve(FIXTURE, '../limits.ts')))
    const [outcome] = inspect(['node'], [program])
    expect(outcome?.programs).toEqual(expected.programs)
    expect(outcome?.places.counting).toBe(placeOf(program, program.slice(ROOT.length + 1), 'ctx.arg(0)'))
    expect(outcome?.diagnostics.map(withoutPlace)).toEqual(expected.diagnostics.map(withoutPlace))
  })
})
/** The message and hint, without file and line. */
function withoutPlace(text: string): string {
  const lines = text.split('\n')
  return [lines[0]?.replace(/^.*?: /, ''), ...lines.filter((line) => line.startsWith('HINT'))].join('\n')
}

/** Node itself runs TypeScript from 22.18 on; Node 20 does not, so that `make test` installs two that do. */
describe.each(['22', '26'])('Node %s, types stripped', (release) => {
  const node = join(import.meta.dirname, `node/node_modules/node-${release}-${process.arch}/bin/node`)
  const skipUnlessInstalled = (context: TestContext) => {
    if (!existsSync(node)) context.skip(`Node ${release} is not installed: make test does that (npm ci in test/toolchains/node)`)
  }
  it('gives the same programs, at the places in the TypeScript file', (context) => {
    skipUnlessInstalled(context)
    expect(inspect([node, '--no-warnings'], [FIXTURE])).toEqual([expected])
  })
  it('runs the library from its sources, down to system calls', (context) => {
    skipUnlessInstalled(context)
    const program = `import { syscall } from ${JSON.stringify(join(ROOT, 'src/kernel/sys/syscall.ts'))}
      const answer: string | undefined = syscall('close', [-1]).errno
      console.log(process.versions.node, answer)`
    const path = join(directory, `call-${release}.mts`)
    writeFileSync(path, program)
    expect(execFileSync(node, ['--no-warnings', path], { encoding: 'utf8' })).toMatch(new RegExp(`^${release}\\.\\S+ EBADF\\n$`))
  })
  it('starts the command', (context) => {
    skipUnlessInstalled(context)
    const launcher = join(directory, 'installed/bin/borescope')
    expect(execFileSync(node, [launcher, '--help'], { encoding: 'utf8' })).toMatch(/^Usage: borescope /)
  })
})
