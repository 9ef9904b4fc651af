/**
 * Call stacks and symbols end to end: frames of a program with frame pointers, also when it has ended; the kernel's; those of code
 * that node makes while it runs; the limit, and what is refused.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildProgram, type CProgram } from '../support/c-program.ts'
import { runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

/** `outer` calls `inner` from two places; both keep their frames. */
const SOURCE = `
#include <unistd.h>
volatile int sum;
__attribute__((noinline)) void leaf(int n) { sum += n; usleep(100); sum += n; }
__attribute__((noinline)) void inner(int n) { leaf(n); sum += n; }
__attribute__((noinline)) void outer(int n) { if (n % 4 == 0) { inner(n); sum += n; } else { inner(-n); sum -= n; } sum++; }
int main(void) { for (int i = 0; i < 40; i++) { outer(i); sum++; } return 0; }
`
let program: CProgram
beforeAll(() => {
  program = buildProgram(SOURCE, ['-fno-omit-frame-pointer', '-fno-optimize-sibling-calls'])
})
afterAll(() => program.remove())
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

const run = (script: string, ...flags: string[]) => runCli([...flags, '-q', '-c', program.path, '-e', script])
const namesOf = (text: string) => [...text.matchAll(/^ {8}([a-z_0-9]+)\+\d+$/gm)].map(([, name]) => name)

describe('a program with frame pointers', () => {
  test('its stacks are counted by every frame, and named after it has ended', async () => {
    const { code, stdout } = await run(`uprobe:${program.path}:leaf { @[ustack(4)] = count(); }`)
    expect(code).toBe(0)
    const found = [...stdout.matchAll(/@\[\n((?:.*\n)*?)\]: (\d+)/g)].map(([, frames = '', count]) => ({ names: namesOf(frames), count }))
    const names = ['leaf', 'inner', 'outer', 'main']
    expect(found).toEqual([
      { names, count: '10' },
      { names, count: '30' },
    ])
  })

  test('print and printf show the stack of now, and a limit cuts it', async () => {
    const { stdout } = await run(`uprobe:${program.path}:leaf { print(ustack(1)); printf("<%s>\\n", ustack(raw, 1)); exit(); }`)
    expect(stdout).toMatch(/^\n {8}leaf\+\d+\n\n<\n[0-9a-f]+\n>\n/)
  })

  test('as perf shows them: address, symbol, file', async () => {
    const { stdout } = await run(`uprobe:${program.path}:leaf { @[ustack(perf, 2)] = count(); }`)
    expect(stdout).toMatch(
      new RegExp(`\\t[0-9a-f]+ leaf\\+\\d+ \\(${program.path}\\)\\n\\t[0-9a-f]+ inner\\+\\d+ \\(${program.path}\\)\\n`),
    )
  })

  test('stack_mode says how stacks look that do not say', async () => {
    const { stdout } = await run(`config = { stack_mode = raw } uprobe:${program.path}:leaf { print(ustack(2)); exit(); }`)
    expect(stdout).toMatch(/^\n[0-9a-f]+\n[0-9a-f]+\n\n/)
  })

  test('as build IDs and places in files', async () => {
    const notes = execFileSync('readelf', ['-n', program.path], { encoding: 'latin1' })
    const id = /Build ID: ([0-9a-f]{40})/.exec(notes)?.[1]
    const { stdout } = await run(`uprobe:${program.path}:leaf { print(ustack(build_id, 2)); print(ustack(raw, 2)); exit(); }`)
    const [, first, second, ...raw] = /^\n(\S+ \S+)\n(\S+ \S+)\n\n\n(\S+)\n(\S+)\n\n/.exec(stdout) ?? []
    // Code lies as many bytes apart in the file as in memory.
    expect([first, second].map((line) => line?.split(' ')[0])).toEqual([id, id])
    const [from = 0, to = 0] = [first, second].map((line) => Number(line?.split(' ')[1]))
    expect(to - from).toBe(Number(BigInt(`0x${raw[1]}`) - BigInt(`0x${raw[0]}`)))
  })

  test('usym names an address of the process', async () => {
    const { stdout } = await run(`uprobe:${program.path}:leaf { @[usym(uaddr("sum"))] = count(); @null[usym(0)] = count(); }`)
    expect(stdout).toContain('@null[0]: 40\n')
    expect(stdout).toMatch(/@\[0x[0-9a-f]+\]: 40\n/)
  })
})

test('the kernel: a system call stands below its handler', async () => {
  const { stdout } = await run(
    'tracepoint:syscalls:sys_enter_clock_nanosleep /comm == "program"/ { @[kstack(6)] = count(); @sym[ksym(0)] = count(); }',
  )
  expect(namesOf(stdout)).toContain('do_syscall_64')
  expect(stdout).toContain('@sym[0]: 40\n')
})

test.for([
  ['by its perf map', ''],
  ['by the perf map under the pid that it has in its own namespace', 'unshare --pid --fork '],
])('code that node made is named %s', async ([, within]) => {
  const directory = mkdtempSync(join(tmpdir(), 'borescope-jit-'))
  const file = join(directory, 'hot.js')
  writeFileSync(
    file,
    // It stays for a while: what a process has mapped is read while it is there.
    `const fs = require("fs"); process.title = "hotjs"; function hotFunction(n) { for (let i = 0; i < n; i++) fs.statSync("/"); }
    hotFunction(3000); setTimeout(() => {}, 500)`,
  )
  const command = `${within}${process.execPath} --perf-basic-prof --interpreted-frames-native-stack ${file}`
  const script = 'tracepoint:syscalls:sys_enter_statx /comm == "hotjs"/ { @[ustack(40)] = count(); }'
  const { stdout } = await runCli(['-q', '-c', command, '-e', script])
  removePerfMaps(file)
  rmSync(directory, { recursive: true })
  expect(stdout).toContain('hotFunction')
})

/** node leaves its map behind; ours is the one that names our file. */
function removePerfMaps(file: string): void {
  for (const name of readdirSync('/tmp').filter((one) => /^perf-\d+\.map$/.test(one)))
    if (readFileSync(`/tmp/${name}`, 'utf8').includes(file)) rmSync(`/tmp/${name}`)
}

test.for([
  [
    'an unknown mode',
    'interval:s:1 { print(kstack(tall)); }',
    'kstack: Invalid value for stack_mode: valid values are bpftrace, raw, perf, and build_id.',
  ],
  ['build IDs of the kernel', 'interval:s:1 { print(kstack(build_id)); }', "'build_id' stack mode can only be used for ustack"],
  ['too deep', 'interval:s:1 { print(kstack(5000)); }', "kstack([int limit]): limit shouldn't exceed 1024, 5000 given"],
  [
    'stacks of two depths in one map',
    'interval:s:1 { @ = kstack(2); @ = kstack(3); }',
    "'kstack_bpftrace_3' when map already has a type 'kstack_bpftrace_2'",
  ],
  ['a limit that is not known', 'interval:s:1 { $n = 3; print(kstack($n)); }', 'kstack: invalid limit value'],
] as const)('refused: %s', async ([, script, message]) => {
  const { code, stderr } = await runCli(['-e', script])
  expect(stderr).toContain(message)
  expect(code).toBe(1)
})
