/**
 * Memory that the traced process has mapped and never touched: a program that may sleep reads what is there, as the process
 * itself would; one that may not sees nothing.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

/** `take` gets the address of a page of a file that was mapped afresh, so that its first reader faults it in. */
const SOURCE = `
#include <fcntl.h>
#include <sys/mman.h>
__attribute__((noinline)) void take(void *page) { __asm__ volatile("" : : "r"(page)); }
int main(int argc, char **argv) {
  if (argc < 2) return 1;
  int fd = open(argv[1], O_RDONLY);
  take(mmap(0, 4096, PROT_READ, MAP_PRIVATE, fd, 0));
  return 0;
}
`

let directory = ''
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'borescope-sleepable-'))
  writeFileSync(join(directory, 'take.c'), SOURCE)
  writeFileSync(join(directory, 'data'), new BigUint64Array([0x1122334455667788n]))
  execFileSync('gcc', ['-O1', '-o', join(directory, 'take'), join(directory, 'take.c')])
})
afterAll(() => rmSync(directory, { recursive: true }))
beforeEach((context) => needs(context, 'root', { command: 'gcc' }, { feature: 'sleepable_uprobe' }))

test.for<[name: string, flags: readonly string[], printed: string]>([
  ['a program that may sleep reads a page that was never touched', [], '1122334455667788'],
  ['without the feature the same program reads zero', ['--no-feature', 'sleepable_uprobe'], '0'],
  ['by perf_event no program may sleep', ['--no-feature', 'uprobe_multi'], '0'],
])('%s', async ([, flags, printed]) => {
  const program = `uprobe:${directory}/take:take { printf("%llx\\n", *(uint64 *)arg0); }`
  const { stdout, code } = await runCli([...flags, '-q', '-e', program, '-c', `${directory}/take ${directory}/data`])
  expect({ stdout, code }).toEqual({ stdout: `${printed}\n\n\n`, code: 0 })
})
