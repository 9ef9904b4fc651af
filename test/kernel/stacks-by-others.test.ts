/**
 * Two hundred stacks of each language, frame by frame with inlined calls and lines, as others see them: gdb for C, C++ and Rust (names
 * by c++filt), the programs' own runtimes for Go and JavaScript. The programs are in testdata/stacks.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { framesByLlvm } from '../support/addr2line.ts'
import { runCli } from '../support/cli.ts'
import { type GdbFrame, stacksByGdb } from '../support/gdb-stacks.ts'
import { goToolchains } from '../support/go-program.ts'
import { needs } from '../support/needs.ts'

const STACKS = 200
const SOURCES = join(import.meta.dirname, '../../testdata/stacks')
/** Frame pointers everywhere, and calls that are calls: how code without is walked is another test's matter. */
const FLAGS = ['-g', '-fno-omit-frame-pointer', '-fno-optimize-sibling-calls', '-fcf-protection=none']
/** Where `tick` has made its frame: behind `push %rbp; mov %rsp,%rbp`. */
const FRAMED = 4

let directory: string
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'borescope-stacks-'))
})
afterAll(() => rmSync(directory, { recursive: true }))
beforeEach((context) => needs(context, 'root'))

/** The stacks that a script prints: lines without what is before the name, and without the offset. */
async function stacksOf(probe: string, command: string): Promise<string[][]> {
  const script = `config = { show_debug_info = 1 } ${probe} { print(ustack(120)); }`
  const { stdout, stderr, code } = await runCli(['-q', '-f', 'json', '-c', command, '-e', script], { timeoutMs: 60_000 })
  expect([code, stderr]).toEqual([0, ''])
  const values = stdout.split('\n').flatMap((line) => (line.startsWith('{"type": "value"') ? [JSON.parse(line).data as string] : []))
  return values.map((text) =>
    text
      .trim()
      .split('\n')
      .map((line) =>
        line
          .trim()
          .replace(/^\[inlined\] /, '')
          .replace(/\+\d+(?=@|$)/, ''),
      ),
  )
}

describe('as gdb and c++filt have them', () => {
  test.for([
    ['C', 'gcc', ['-O1'], 'walk.c'],
    ['C, inlined as the compiler likes', 'gcc', ['-O2'], 'walk.c'],
    ['C++', 'g++', ['-O1'], 'walk.cpp'],
    ['C++, inlined as the compiler likes', 'g++', ['-O2'], 'walk.cpp'],
    ['C++ with DWARF 4', 'g++', ['-O2', '-gdwarf-4'], 'walk.cpp'],
  ] as const)('%s', async ([name, compiler, flags, source], context) => {
    needs(context, { command: compiler }, { command: 'gdb' }, { command: 'llvm-symbolizer' })
    const path = join(directory, name.replaceAll(/\W+/g, '-'))
    execFileSync(compiler, ['-o', path, join(SOURCES, source), ...FLAGS, ...flags])
    await compare(path, source.endsWith('.c') ? 'gdb' : 'llvm')
  })

  test.for([
    ['legacy', 'names that look like C++'],
    ['v0', 'names of the present'],
  ] as const)('Rust, %s', async ([mangling], context) => {
    needs(context, { command: 'rustc' }, { command: 'gdb' })
    const path = join(directory, `rust-${mangling}`)
    const version = mangling === 'legacy' ? [] : ['-C', 'symbol-mangling-version=v0']
    execFileSync('rustc', ['-O', '-g', '-C', 'force-frame-pointers=yes', ...version, '-o', path, join(SOURCES, 'walk.rs')], {
      cwd: directory,
    })
    await compare(path, 'gdb')
  })
})

/**
 * Names as gdb has them. Of the lines gdb passes over those that begin no statement, at which breakpoints are not wanted, and tells the line of
 * something else in templates: there llvm-symbolizer's count, which are those of the table.
 */
async function compare(path: string, lines: 'gdb' | 'llvm'): Promise<void> {
  const theirs = stacksByGdb(path, `*((char*)tick+${FRAMED})`)
  expect(theirs).toHaveLength(STACKS)
  const names = new Map(filtered([...new Set(theirs.flat().map(({ name }) => name))]))
  const places = lines === 'gdb' ? (frame: GdbFrame) => `${frame.file}:${frame.line}` : placesByLlvm(path, theirs)
  const wanted = theirs.map((stack) => upToMain(stack.map((frame) => `${names.get(frame.name)}@${places(frame)}`)))
  const ours = (await stacksOf(`uprobe:${path}:tick+${FRAMED}`, path)).map(upToMain)
  expect(ours).toEqual(wanted)
  // Else there would be little to compare.
  expect(new Set(wanted.map((stack) => stack.join())).size).toBeGreaterThan(50)
}

/** Places of frames by llvm-symbolizer, which is asked once for each address. */
function placesByLlvm(path: string, stacks: readonly (readonly GdbFrame[])[]): (frame: GdbFrame) => string {
  const tick = execFileSync('nm', [path], { encoding: 'latin1' })
    .split('\n')
    .find((line) => line.endsWith(' T tick')) as string
  const innermost = stacks[0]?.[0]?.pc as number
  const slide = innermost - FRAMED - Number.parseInt(tick, 16)
  const addresses = [...new Set(stacks.flat().map(({ pc }) => pc))]
  const found = framesByLlvm(
    path,
    addresses.map((pc) => BigInt(pc - slide - (pc === innermost ? 0 : 1))),
  )
  const byAddress = new Map(addresses.map((pc, index) => [pc, found[index] as string[]]))
  const depths = new Map<GdbFrame, number>()
  for (const stack of stacks)
    for (const [index, frame] of stack.entries()) {
      const above = stack[index - 1]
      depths.set(frame, above?.pc === frame.pc ? (depths.get(above) as number) + 1 : 0)
    }
  return (frame) => (byAddress.get(frame.pc)?.[depths.get(frame) as number] ?? '').replace(/^\S+ /, '')
}

function upToMain(stack: readonly string[]): readonly string[] {
  const main = stack.findIndex((line) => /^(\w+::)?main@/.test(line))
  return stack.slice(0, main + 1)
}

/** Names as c++filt has them, who knows the hashes of Rust too; those that the linker has as they are gdb tells with scope and parameters. */
function filtered(names: readonly string[]): [string, string][] {
  const lines = execFileSync('c++filt', [], { input: names.join('\n'), encoding: 'utf8' }).split('\n')
  return names.map((name, index) => {
    const line = name.startsWith('_') ? (lines[index] ?? '') : name.replace(/\(.*$/, '').replace(/^.*::/, '')
    return [name, line.replace(/::h[0-9a-f]{16}$/, '').replaceAll(/(?<=\w)\[[0-9a-f]+\]/g, '')]
  })
}

describe("as Go's own runtime has them", () => {
  const kinds = goToolchains().flatMap((go) => [[go, 'with tables', []] as const, [go, 'stripped', ['-ldflags=-s -w']] as const])
  test.for(kinds)('%s, %s', async ([go, , flags], context) => {
    needs(context, { command: 'go' })
    const path = join(directory, `go-${kinds.findIndex((kind) => kind[0] === go && kind[2] === flags)}`)
    const folder = `${path}-source`
    execFileSync('mkdir', [folder])
    copyFileSync(join(SOURCES, 'walk.go'), join(folder, 'main.go'))
    writeFileSync(join(folder, 'go.mod'), 'module example.com/walk\n\ngo 1.18\n')
    execFileSync(go, ['build', ...flags, '-o', path, '.'], {
      cwd: folder,
      env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local' },
    })
    const printed = execFileSync(path, { encoding: 'utf8' }).trim().split('\n\n')
    expect(printed).toHaveLength(STACKS)
    const stacks = await stacksOf(`uprobe:${path}:main.tick`, `sh -c '${path} > /dev/null'`)
    // Its runtime does not show the wrappers that the compiler makes for methods; and it is asked a few lines further in `tick`.
    const ours = stacks.map((stack) =>
      stack
        .filter((line) => !line.includes('@<autogenerated>'))
        .slice(1)
        .map(asRuntimeWrites),
    )
    const theirs = printed.map((stack) => stack.split('\n').slice(1))
    expect(ours).toEqual(theirs)
    expect(stacks.every(([innermost]) => innermost?.startsWith('main.tick@'))).toBe(true)
    expect(new Set(theirs.map((stack) => stack.join())).size).toBeGreaterThan(50)
  })
})

/** Symbols say more than the runtime: which types a function is for, and that it is in assembly. */
function asRuntimeWrites(line: string): string {
  return line.replace(/\[go\.shape\.[^@]*\](?=[@.])/, '[...]').replace('.abi0@', '@')
}

test("as V8's own traceback has them", async () => {
  const source = join(directory, 'walk.cjs')
  copyFileSync(join(SOURCES, 'walk.cjs'), source)
  // What is optimised is inlined, and the perf map does not say what.
  const command = `${process.execPath} --perf-basic-prof --interpreted-frames-native-stack --no-opt ${source}`
  const printed = execFileSync('sh', ['-c', command], { encoding: 'utf8' }).trim().split('\n')
  const stacks = await stacksOf('tracepoint:syscalls:sys_enter_statx /comm == "walkjs"/', `sh -c '${command} > /dev/null'`)
  removePerfMaps(source)
  const ours = stacks.map((stack) =>
    stack.flatMap((line) => (line.includes(`${source}:`) ? [/^\w+:[~^*+]?(?:\w+\.)?(\S*) /.exec(line)?.[1] || '<anonymous>'] : [])),
  )
  expect(ours.map((stack) => stack.join(' '))).toEqual(printed)
  expect(printed).toHaveLength(STACKS)
})

/** node leaves its map behind; ours is the one that names our file. */
function removePerfMaps(file: string): void {
  for (const name of readdirSync('/tmp').filter((one) => /^perf-\d+\.map$/.test(one)))
    if (readFileSync(`/tmp/${name}`, 'utf8').includes(file)) rmSync(`/tmp/${name}`)
}
