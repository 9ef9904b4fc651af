/**
 * The probe planner at work: what `plan` and `-v` say is what is attached, what would harm or be silent is refused, and a probe that is
 * hit too often goes.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { copyFileSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { buildGo } from '../support/go-program.ts'
import { hasCommand, needs } from '../support/needs.ts'

const directory = mkdtempSync(join(tmpdir(), 'borescope-planner-'))
const at = (name: string) => join(directory, name)
const children: ChildProcess[] = []

/** A function whose third instruction is the first that the kernel emulates, and one that begins with a landing pad. */
const SOURCE = `
#include <stdio.h>
#include <stdlib.h>
__attribute__((naked, noinline)) long checked(long n, long m) {
  __asm__("mov %rsi, %rax; test %rdi, %rdi; je 1f; add %rdi, %rax; 1: ret");
}
__attribute__((naked, noinline)) long padded(long n, long m) {
  __asm__("endbr64; push %rbp; mov %rsp, %rbp; lea (%rdi,%rsi), %rax; pop %rbp; ret");
}
__attribute__((naked, noinline)) long looping(long n, long m) {
  __asm__("test %rdi, %rdi; je 1f; 2: dec %rdi; jne 2b; 1: ret");
}
int main(int argc, char **argv) {
  long calls = argc > 1 ? atol(argv[1]) : 0, sum = 0;
  for (long i = 0; calls == 0 || i < calls; i++) sum += checked(i, 7) + padded(i, 9) + looping(i & 3, 0);
  printf("%ld\\n", sum);
}
`

beforeAll(() => {
  if (hasCommand('gcc')) {
    writeFileSync(at('target.c'), SOURCE)
    execFileSync('gcc', ['-O1', '-o', at('target'), at('target.c')])
  }
  if (hasCommand('go')) buildGo(directory, { source: 'frames.go', name: 'frames' })
}, 300_000)
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))
afterEach(async () => {
  for (const child of children.splice(0)) {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
})
afterAll(() => rmSync(directory, { recursive: true }))

describe('C', () => {
  test.each([
    ['checked', 'near-entry', 'je ', 7],
    ['padded', 'near-entry', 'push %rbp', 9],
    ['looping', 'near-entry', 'je ', 0],
  ])('%s is probed behind its entry, with every call seen once and its arguments', async (name, placement, instruction, second) => {
    const planned = await runCli(['-f', 'json', 'plan', `uprobe:${at('target')}:${name}`])
    const { probes } = JSON.parse(planned.stdout).data
    expect(probes).toEqual([
      expect.objectContaining({ placement, execution: 'emulated', instruction: expect.stringContaining(instruction) }),
    ])
    const script = `uprobe:${at('target')}:${name} { @calls = count(); @first = sum(arg0); @second = sum(arg1) }`
    const { code, stdout } = await runCli(['-q', '-e', script, '-c', `${at('target')} 1000`])
    const first = name === 'looping' ? 250 * 6 : 499_500
    expect({ code, found: stdout }).toEqual({
      code: 0,
      found: expect.stringContaining(`@calls: 1000\n@first: ${first}\n@second: ${second * 1000}`),
    })
  })

  test('-v says of each site what the plan says', async () => {
    const { stderr } = await runCli(['-v', '--dry-run', '-e', `uprobe:${at('target')}:padded { }`])
    expect(stderr).toMatch(/padded at 0x[0-9a-f]+: the first instruction that the kernel emulates.*; emulated, about 1\.1 us a hit/)
  })

  test('the middle of an instruction is refused', async () => {
    const { code, stderr } = await runCli(['--dry-run', '-e', `uprobe:${at('target')}:padded+6 { }`])
    expect(code).toBe(1)
    expect(stderr).toContain('offset 6 is in the middle of an instruction: the one at offset 5 has 3 bytes')
  })

  test('a file that the process no longer runs is refused, and what is named in its place works', async () => {
    copyFileSync(at('target'), at('replaced'))
    execFileSync('chmod', ['+x', at('replaced')])
    const child = spawn(at('replaced'), { stdio: 'ignore' })
    children.push(child)
    await new Promise((resolve) => setTimeout(resolve, 100))
    unlinkSync(at('replaced'))
    copyFileSync(at('target'), at('replaced'))
    const script = (path: string) => `uprobe:${path}:checked { @ = count(); exit(); }`
    const refused = await runCli(['-q', '-p', String(child.pid), '-e', script(at('replaced'))])
    expect(refused.code).toBe(1)
    const [, place = ''] = /it was replaced or deleted meanwhile; probe (\S+) instead/.exec(refused.stderr) ?? []
    expect(place).toMatch(/^\/proc\/\d+\/map_files\//)
    const { code, stdout } = await runCli(['-q', '-p', String(child.pid), '-e', script(place)])
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/@: [1-9]/) })
  })

  test('a probe that is hit more often than --max-rate is detached', async () => {
    children.push(spawn(at('target'), { stdio: 'ignore' }))
    const { stderr } = await runCli([
      '-q',
      '--max-rate',
      '1000',
      '-e',
      `uprobe:${at('target')}:checked { @ = count(); } interval:s:1 { exit(); }`,
    ])
    expect(stderr).toMatch(/WARNING: uprobe:\S+:checked: detached, since \d+ hits a second are more than the 1000 of --max-rate/)
  })
})

test('the plan counts the calls that were inlined', async () => {
  const source = `
    long triple(long v) { return v * 3; }
    long (*volatile kept)(long) = triple;
    int main(int argc, char **argv) { return (int)(triple(argc) + triple(argc + 1) + kept(argc)); }`
  writeFileSync(at('inlined.c'), source)
  execFileSync('gcc', ['-O2', '-g', '-o', at('inlined'), at('inlined.c')])
  const planOf = async (name: string) => (await runCli(['plan', `uprobe:${at('inlined')}:${name}`])).stdout
  expect(await planOf('triple')).toContain('\n2 calls inlined by the compiler: a probe on the function does not see them\n')
  expect(await planOf('main')).not.toContain('inlined by')
})

describe('Go', () => {
  test('the plan of returns, and what is left out', async (context) => {
    needs(context, { command: 'go' })
    const { stdout, code } = await runCli(['plan', `uretprobe:${at('frames')}:*`])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^main\.guard\+\d+ +ret +return-instruction +single-stepped +15 us /m)
    expect(stdout).toContain('runtime.mcall: it goes over to another stack')
    expect(stdout).toMatch(/^ {2}runtime\.gcBgMarkWorker: it never returns/m)
  })
})
