/**
 * The package as users get it: what is in it, what the linters of packages say, and that it works when it is installed, under every
 * release of Node that it promises.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { build } from 'esbuild'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'
import { type InstalledPackage, installPackage } from '../support/package.ts'
import { buildTarget, type RunningTarget, type Target } from '../support/target.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const MOST_BYTES = 3e6
/** A program that imports nothing of the tracer must stay about as small as what it imports. */
const MOST_BYTES_OF_PROFILE = 64e3
/** Plain JavaScript for the oldest Node: `await using` is younger. */
const PROBE = `
import { array, hash, trace, u32, u64, uprobe } from 'borescope'
import { once } from 'node:events'
const [, , path] = process.argv
const calls = array(u64, 1)
const byValue = hash(u64, u32)
const probe = uprobe(path, 'work', (ctx) => {
  calls.set(0, calls.get(0) + 1n)
  byValue.set(ctx.arg(0), (byValue.get(ctx.arg(0)) ?? 0) + 1)
})
const session = await trace({ calls, byValue, probe })
console.log('attached')
await once(process.stdin, 'data')
console.log(session.calls.get(0), session.byValue.size)
await session.close()
process.exit()
`
/** What a user's own project says of our declarations; the last line must be an error. */
const CONSUMER = `
import { hash, type Session, string, struct, trace, ringbuf, u32, u64, uprobe } from 'borescope'
import { fold, type Profile } from 'borescope/profile'
import { bpftrace, type ScriptEvent } from 'borescope/script'
const counts = hash(u32, u64)
const events = ringbuf(struct({ pid: u32, comm: string(16) }))
const probe = uprobe('/bin/true', 'main', (ctx) => { counts.set(ctx.pid, 1n); events.emit({ pid: ctx.pid, comm: ctx.comm }) })
export async function main(profile: Profile) {
  await using session: Session<{ counts: typeof counts; events: typeof events; probe: typeof probe }> = await trace({ counts, events, probe })
  const entry: [number, bigint] | undefined = session.counts.entries()[0]
  for await (const { pid, comm } of session.events) console.log(pid.toFixed(), comm.toUpperCase(), entry)
  for await (const event of await bpftrace\`BEGIN { exit(); }\`) { const any: ScriptEvent = event; console.log(any.kind) }
  fold(profile)
  const wrong: string = session.counts.get(1)
}
`

let installed: InstalledPackage
beforeAll(async () => {
  installed = await installPackage()
}, 120_000)
afterAll(() => installed?.remove())

const inPackage = (...names: string[]) => join(installed.project, 'node_modules/borescope', ...names)

describe('the package', () => {
  it('is small, and holds neither sources nor tests', () => {
    expect(installed.sizeBytes).toBeLessThan(MOST_BYTES)
    const tops = new Set(installed.files.map((file) => file.split('/')[0]))
    expect([...tops].sort()).toEqual(['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'dist', 'package.json', 'tools'])
    expect(installed.files.filter((file) => /\.test\.|(?<!\.d)\.ts$/.test(file))).toEqual([])
  })
  it('runs nothing when it is installed, and can be published with provenance', () => {
    const { scripts, publishConfig } = JSON.parse(readFileSync(inPackage('package.json'), 'utf8'))
    expect(Object.keys(scripts).filter((name) => /^(pre|post)?(install|prepare|publish)/.test(name))).toEqual([])
    expect(publishConfig).toEqual({ access: 'public', provenance: true })
  })
  it('has nothing that publint complains about', async () => {
    const { messages, pkg } = await publint({ pkgDir: inPackage(), strict: true, level: 'suggestion', pack: false })
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([])
  })
  it('has types that are right for every way to import ES modules', () => {
    const attw = join(ROOT, 'node_modules/.bin/attw')
    const { stdout } = spawnSync(attw, [installed.tarball, '--profile', 'esm-only', '--format', 'json'], { encoding: 'utf8' })
    const { analysis } = JSON.parse(stdout)
    expect(Object.keys(analysis.entrypoints)).toEqual(['.', './script', './profile', './package.json'])
    // What is left are the resolutions that cannot import ES modules.
    const others = analysis.problems.filter(
      (problem: { resolutionKind: string }) => !['node10', 'node16-cjs'].includes(problem.resolutionKind),
    )
    expect(others).toEqual([])
  })
  it('gives a project of a user its types', () => {
    writeFileSync(join(installed.project, 'consumer.mts'), CONSUMER)
    const words = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2023,esnext.disposable,dom',
      'consumer.mts',
    ]
    const { stdout } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), words, { cwd: installed.project, encoding: 'utf8' })
    const lineOfMistake = CONSUMER.split('\n').findIndex((line) => line.includes('wrong')) + 1
    expect(stdout.trim().split('\n')).toEqual([
      expect.stringMatching(new RegExp(`^consumer\\.mts\\(${lineOfMistake},9\\): error TS2322`)),
      expect.stringContaining("'undefined' is not assignable to type 'string'"),
    ])
  })
  it.each(['borescope', 'borescope/profile'])('leaves out of a bundle what is not used of %s', async (name) => {
    const { outputFiles, metafile } = await build({
      stdin: { contents: `export { toPprof } from '${name}'`, resolveDir: installed.project },
      bundle: true,
      minify: true,
      format: 'esm',
      platform: 'node',
      write: false,
      metafile: true,
    })
    const kept = Object.values(metafile.outputs).flatMap(({ inputs }) =>
      Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
    )
    expect(kept.filter(([path]) => /koffi|acorn|dist\/(session|kernel|vm|compiler)/.test(path))).toEqual([])
    expect(outputFiles[0]?.contents.length).toBeLessThan(MOST_BYTES_OF_PROFILE)
  })
})

describe.each(['20', '22', '24', '26'])('installed under Node %s', (release) => {
  const node = join(ROOT, `test/toolchains/node/node_modules/node-${release}-${process.arch}/bin/node`)
  let target: Target
  let running: RunningTarget
  beforeAll(() => {
    target = buildTarget('pie')
    running = target.start()
  })
  afterAll(async () => {
    await running?.stop()
    target?.remove()
  })

  it('runs a probe', async (context) => {
    needs(context, 'root')
    if (!existsSync(node)) context.skip(`Node ${release} is not installed: make test does that (npm ci in test/toolchains/node)`)
    expect(execFileSync(node, ['--version'], { encoding: 'utf8' })).toMatch(new RegExp(`^v${release}\\.`))
    const program = join(installed.project, 'probe.mjs')
    writeFileSync(program, PROBE)
    const tracer = startCli([program, target.path], { program: node, input: { kind: 'open' } })
    await tracer.waitFor(/attached/)
    await running.rounds(7)
    tracer.process.stdin?.end('done\n')
    expect(await tracer.result).toMatchObject({ code: 0, stdout: 'attached\n7n 7\n', stderr: '' })
  })
  it('runs a one-liner', async (context) => {
    needs(context, 'root')
    if (!existsSync(node)) context.skip(`Node ${release} is not installed: make test does that (npm ci in test/toolchains/node)`)
    const script = `uprobe:${target.path}:work { @[arg0] = count(); if (arg0 == 2) { exit(); } }`
    const tracer = startCli([inPackage('bin/borescope'), '-p', String(running.pid), '-e', script], { program: node })
    await tracer.waitFor(/Attached/)
    await running.rounds(3)
    const { code, stdout } = await tracer.result
    expect(code).toBe(0)
    expect(stdout).toContain('@[2]: 1')
  })
})
