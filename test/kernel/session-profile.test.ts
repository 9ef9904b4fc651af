/**
 * `-f pprof`, `-f folded`, `-f speedscope` end to end: stacks of a program that does a known number of calls, read back by Go's own
 * pprof, by its protocol buffers and as text; where the rest of the output goes; what is refused before anything is attached.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Profile } from 'pprof-format'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildProgram, type CProgram } from '../support/c-program.ts'
import { runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

/** 30 calls of `leaf` by way of `left`, 10 by way of `right`, whose argument is 7. */
const SOURCE = `
#include <unistd.h>
volatile int sum;
__attribute__((noinline)) void leaf(int n) { sum += n; usleep(100); sum += n; }
__attribute__((noinline)) void left(int n) { leaf(n); sum += n; }
__attribute__((noinline)) void right(int n) { leaf(n); sum -= n; }
int main(void) { for (int i = 0; i < 40; i++) { if (i % 4) left(1); else right(7); sum++; } return 0; }
`
let program: CProgram
beforeAll(() => {
  program = buildProgram(SOURCE, ['-fno-omit-frame-pointer', '-fno-optimize-sibling-calls'])
})
afterAll(() => program.remove())
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

const run = (script: string, ...flags: string[]) =>
  runCli([...flags, '-q', '-c', program.path, '-e', script.replaceAll('TARGET', program.path)])
const outputFile = (name: string) => join(program.directory, name)

describe('folded', () => {
  test('lines of flamegraph.pl, adding up calls from different places', async () => {
    const { stdout, code } = await run('uprobe:TARGET:leaf { @[ustack(3)] = count(); }', '-f', 'folded')
    expect(stdout).toBe('main;left;leaf 30\nmain;right;leaf 10\n')
    expect(code).toBe(0)
  })

  test('text beside the stack stands in front, numbers only tell stacks apart', async () => {
    const { stdout } = await run('uprobe:TARGET:leaf { @[comm, arg0, ustack(2)] = sum(arg0); }', '-f', 'folded')
    expect(stdout).toBe('program;left;leaf 30\nprogram;right;leaf 70\n')
  })

  test('what else the script says goes to stderr, or to stdout when the profile goes to a file', async () => {
    const script = 'BEGIN { printf("hello\\n") } uprobe:TARGET:leaf { @[ustack(1)] = count(); @calls = count(); }'
    const both = await run(script, '-f', 'folded')
    expect(both).toMatchObject({ stdout: 'leaf 40\n', stderr: 'hello\n\n\n@calls: 40\n' })
    const file = outputFile('calls.folded')
    expect(await run(script, '-f', 'folded', '-o', file)).toMatchObject({ stdout: 'hello\n\n\n@calls: 40\n', stderr: '' })
    expect(readFileSync(file, 'utf8')).toBe('leaf 40\n')
  })
})

describe('pprof', () => {
  const SCRIPT = 'uprobe:TARGET:leaf { @[ustack(3), comm, arg0] = count(); @weight[ustack(3), comm, arg0] = sum(arg0); }'

  test("Go's pprof reads it", async (context) => {
    needs(context, { command: 'go' })
    const file = outputFile('leaf.pprof')
    expect(await run(SCRIPT, '-f', 'pprof', '-o', file)).toMatchObject({ code: 0, stderr: '' })
    const pprof = (...flags: string[]) => execFileSync('go', ['tool', 'pprof', ...flags, file], { encoding: 'utf8' })
    const top = pprof('-top', '-sample_index=samples')
    expect(top).toMatch(/^ +40 +100% +100% +40 +100% +leaf/m)
    expect(top).toMatch(/^ +0 +0% +100% +30 +75\.00% +left/m)
    expect(top).toMatch(/^Duration: [\d.]+m?s, Total samples = 40/m)
    expect(pprof('-top', '-sample_index=weight', '-tagfocus=arg0=7')).toMatch(/^ +0 .* 70 +70\.00% +right/m)
    expect(pprof('-tags', '-sample_index=samples')).toMatch(/comm: Total 40\.0 *\n *40\.0 \( {2}100%\): program/)
  })

  test('is what the protocol buffers say', async () => {
    const file = outputFile('leaf.pprof')
    await run(SCRIPT, '-f', 'pprof', '-o', file)
    const profile = Profile.decode(gunzipSync(readFileSync(file)))
    const { strings } = profile.stringTable
    expect(profile.sampleType.map(({ type, unit }) => [strings[Number(type)], strings[Number(unit)]])).toEqual([
      ['samples', 'count'],
      ['weight', 'count'],
    ])
    const sums = profile.sample.reduce((sum, { value }) => sum.map((one, i) => one + Number(value[i])), [0, 0])
    expect(sums).toEqual([40, 100])
    expect(strings).toContain(program.path)
  })
})

test('speedscope: a profile for each map', async () => {
  const { stdout } = await run('uprobe:TARGET:leaf { @[ustack(2)] = count(); @weight[ustack(2)] = stats(arg0); }', '-f', 'speedscope')
  const { shared, profiles } = JSON.parse(stdout)
  expect(profiles.map(({ name, endValue }: { name: string; endValue: number }) => [name, endValue])).toEqual([
    ['samples', 40],
    ['weight_count', 40],
    ['weight_total', 100],
  ])
  const named = profiles[0].samples.map((stack: number[]) => stack.map((index) => shared.frames[index].name).join(';'))
  expect(new Set(named)).toEqual(new Set(['left;leaf', 'right;leaf']))
})

test.for([
  [
    'no map keyed by a stack',
    'BEGIN { @ = count(); exit(); }',
    'pprof',
    'the script has no map keyed by a stack, which is what -f pprof writes',
  ],
  [
    'several in folded text',
    'interval:s:9 { @a[kstack] = count(); @b[kstack] = count(); }',
    'folded',
    'the script has @a and @b keyed by stacks',
  ],
  ['averages', 'interval:s:9 { @a[kstack] = avg(1); }', 'speedscope', 'the values of @a do not add up'],
  ['an unknown form', 'BEGIN { exit(); }', 'svg', 'Allowed choices are text, json, pprof, folded, speedscope'],
] as const)('refused: %s', async ([, script, format, message]) => {
  const { code, stderr } = await runCli(['-f', format, '-e', script])
  expect(stderr).toContain(message)
  expect(code).toBe(1)
})
