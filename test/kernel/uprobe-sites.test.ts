/**
 * What symbolize says of sites, against the kernel: which instructions it refuses, and what a probe on a 5-byte nop does.
 */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { FileOffset } from '../../src/base/address.ts'
import { toFileOffset } from '../../src/format/elf/segments.ts'
import { readKernelVersion } from '../../src/kernel/procfs/kernel-version.ts'
import { Fd } from '../../src/kernel/sys/fd.ts'
import { enablePerfEvent, encodePerfEvent, openPerfEvent } from '../../src/kernel/sys/perf-event.ts'
import type { UprobeTarget } from '../../src/spec/type-source.ts'
import { Executable } from '../../src/symbolize/executable.ts'
import { createTypeSource } from '../../src/symbolize/type-source.ts'
import { rewritesNop5 } from '../../src/symbolize/uprobe-sites/nop5.ts'
import { whyNotProbeable } from '../../src/symbolize/uprobe-sites/probeable.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { hasCommand, needs } from '../support/needs.ts'

watchFdLeaks()

/** One instruction of each kind that is decided on; none of them is ever run. */
// biome-ignore format: a table of bytes
const INSTRUCTIONS = [
  '55', '41 54', '90', 'c3', 'f3 0f 1e fa', '0f 1f 44 00 00', '49 3b 66 10', '76 10', '0f 86 00 00 00 00', 'e8 00 00 00 00', 'ff e0',
  '64 48 8b 0c 25 f8 ff ff ff', '0f 05', '0f 0b', '0f a2', 'f3 aa', '8e d8', 'c5 f8 77', 'c4 e2 79 18 06', 'f3 0f 10 06',
  'cc', 'f0 ff 07', '66 2e 0f 1f 84 00 00 00 00 00', '3e ff 20', '26 8b 00', '36 8b 00', 'f4', 'fa', 'fb', 'ec', 'e6 10', '6c', 'cd 80',
  '48 cf', 'f1', '8e d0', 'c5 fa 6f 06', 'c5 f9 ef c0',
]

const SOURCE = `
#include <stdio.h>
__attribute__((naked, noinline)) long at_entry(long n) {
  __asm__(".byte 0x0f, 0x1f, 0x44, 0, 0; mov %rdi, -8(%rsp); xor %eax, %eax; mov -8(%rsp), %rax; ret");
}
__attribute__((naked, noinline)) long in_the_middle(long n) {
  __asm__("mov %rdi, -8(%rsp); xor %eax, %eax; .byte 0x0f, 0x1f, 0x44, 0, 0; mov -8(%rsp), %rax; ret");
}
__attribute__((naked, used)) void instructions(void) {
  __asm__(".balign 16\\n.globl table\\ntable:\\n${INSTRUCTIONS.map((hex) => `.byte ${hex.replaceAll(/\w+/g, '0x$&').replaceAll(' ', ',')}\\n.balign 16, 0x90`).join('\\n')}");
}
int main(void) {
  int rounds;
  while (scanf("%d", &rounds) == 1) {
    int wrong_entry = 0, wrong_middle = 0;
    for (int i = 1; i <= rounds; i++) { wrong_entry += at_entry(i) != i; wrong_middle += in_the_middle(i) != i; }
    printf("%d %d\\n", wrong_entry, wrong_middle);
    fflush(stdout);
  }
}
`

const directory = mkdtempSync(join(tmpdir(), 'borescope-sites-'))
const path = join(directory, 'target')
afterAll(() => rmSync(directory, { recursive: true }))
beforeAll(() => {
  if (!hasCommand('gcc')) return
  writeFileSync(join(directory, 'target.c'), SOURCE)
  execFileSync('gcc', ['-O1', '-o', path, join(directory, 'target.c')])
})
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

/** A bare uprobe, without a program; or the errno with which the kernel refuses it. The caller closes it. */
function attach(offset: FileOffset): Fd | string {
  const type = Number(readFileSync('/sys/bus/event_source/devices/uprobe/type', 'utf8'))
  const file = new TextEncoder().encode(`${path}\0`)
  const { value, errno } = openPerfEvent(encodePerfEvent({ type, config: 0n, path: file, offset }), { pid: -1, cpu: 0 })
  return errno ?? new Fd(value, `uprobe at ${offset}`)
}

/** Runs the target with its file mapped, as the kernel's check needs it. */
async function whileRunning(action: (rounds: (count: number) => Promise<string>) => Promise<void>): Promise<void> {
  const child: ChildProcess = spawn(path, { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  const rounds = async (count: number) => {
    child.stdin!.write(`${count}\n`)
    return String((await lines.next()).value)
  }
  try {
    await rounds(1)
    await action(rounds)
  } finally {
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.kill('SIGKILL')
    await ended
  }
}

test('the kernel refuses exactly the instructions that are refused here', async () => {
  const executable = Executable.open(path)
  const table = executable.functions.named('instructions')[0]!.address
  const base = toFileOffset(executable.elf.segments, table)!
  const start = (base + 15) & ~15
  const bytes = executable.elf.source.read(start, INSTRUCTIONS.length * 16)
  executable.close()
  await whileRunning(async () => {
    const answers = INSTRUCTIONS.map((hex, index) => {
      const code = bytes.subarray(index * 16, index * 16 + 15)
      expect(Buffer.from(code).toString('hex').startsWith(hex.replaceAll(' ', ''))).toBe(true)
      const answer = attach((start + index * 16) as FileOffset)
      if (typeof answer !== 'string') answer.close()
      return {
        hex,
        kernel: typeof answer === 'string' ? 'refused' : 'probed',
        here: whyNotProbeable(code) === undefined ? 'probed' : 'refused',
      }
    })
    expect(answers.filter(({ kernel, here }) => kernel !== here)).toEqual([])
    expect(answers.filter(({ here }) => here === 'refused')).toHaveLength(18)
  })
})

describe('a 5-byte nop', () => {
  const source = createTypeSource()
  afterAll(() => source.close())
  const find = (name: string, offset?: bigint) =>
    source.findUprobeTarget({ target: path, function: name, return: false, ...(offset === undefined ? {} : { offset }) }) as UprobeTarget

  test('probed at the entry of a function harms nothing', async () => {
    await whileRunning(async (rounds) => {
      using probe = attach(find('at_entry').sites[0]!.offset) as Fd
      expect(enablePerfEvent(probe.number).errno).toBeUndefined()
      await rounds(10)
      expect(await rounds(1000)).toBe('0 0')
    })
  })

  test('in the middle of a function is refused, and rightly so, where the kernel rewrites it', async (context) => {
    if (!rewritesNop5(readKernelVersion())) context.skip('the kernel does not rewrite it (6.18 to 7.1 do)')
    const target = find('in_the_middle', 7n)
    expect(target.sites).toEqual([])
    expect(target.refused[0]?.reason).toContain('overwrites variables of leaf functions')
    await whileRunning(async (rounds) => {
      using probe = attach((find('in_the_middle').sites[0]!.offset + 7) as FileOffset) as Fd
      enablePerfEvent(probe.number)
      await rounds(10)
      expect(await rounds(1000)).toMatch(/^0 [1-9]/)
    })
  })
})
