/**
 * Texts in records: only what was read is written, so a record's room holds what an earlier record left there, and none of
 * it may ever show.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildProgram, type CProgram } from '../support/c-program.ts'
import { runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

/** Enough records of more than 1 KiB to go more than once round the ring of 8 MiB. */
const ROUNDS = 4000

/** Per round: a long text, a short one, none, one that cannot be read, one that fills the buffer. */
const SOURCE = `
#include <string.h>
#include <unistd.h>
static char whole[5000], most[1000], few[6], none[1];
__attribute__((noinline)) void hit(const char *text) { __asm__ volatile("" :: "r"(text)); }
int main(void) {
  memset(whole, 'w', sizeof whole - 1);
  memset(most, 'm', sizeof most - 1);
  // A page that the program itself has not touched yet cannot be read.
  memcpy(few, "short", sizeof few);
  for (int i = 0; i < ${ROUNDS}; i++) {
    hit(most); hit(few); hit(none); hit((const char *)8); hit(whole);
    if (i % 20 == 0) usleep(1000);
  }
  return 0;
}
`

let program: CProgram
beforeAll(() => {
  program = buildProgram(SOURCE)
})
afterAll(() => program.remove())
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

test.for([
  ['printf', 'printf("<%s>\\n", str(arg0))', (text: string) => `<${text}>`],
  ['a tuple', 'print((1, str(arg0), 2))', (text: string) => `(1, ${text}, 2)`],
  ['a length that is known when it runs', '$n = arg0 == 8 ? 0 : 1024; printf("<%s>\\n", str(arg0, $n))', (text: string) => `<${text}>`],
] as const)('%s', async ([, statement, shown]) => {
  const { stdout, stderr, code } = await runCli(['-q', '-c', program.path, '-e', `uprobe:${program.path}:hit { ${statement} }`])
  const lines = stdout.split('\n').slice(0, -3)
  const kinds = new Set(lines.map((line) => line.replace(/w{1000,}(\.\.)?/, 'WHOLE').replace(/m{999}/, 'MOST')))
  expect({ kinds: [...kinds].sort(), code, stderr }).toEqual({
    kinds: ['', 'MOST', 'WHOLE', 'short'].map(shown).sort(),
    code: 0,
    stderr: '',
  })
  expect(lines).toHaveLength(5 * ROUNDS)
})
