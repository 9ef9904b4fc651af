/**
 * User stacks of code without frame pointers, frame by frame as gdb walks them: callbacks of the C library, recursion, frames of variable size
 * and alignment, signal handlers (also on a stack of their own), threads, a library that is opened while the program runs.
 */
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildProgram, type CProgram } from '../support/c-program.ts'
import { runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

const FLAGS = ['-O2', '-fomit-frame-pointer', '-fno-optimize-sibling-calls', '-rdynamic', '-pthread', '-ldl']
const LIBRARY = 'extern void hit(int); volatile int kept; void opened(int n) { hit(n); kept++; }'
/** Calls of `opened`: the library is not known when the first of them comes. */
const OPENED = 4

const SOURCE = `
#define _GNU_SOURCE
#include <dlfcn.h>
#include <pthread.h>
#include <search.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
volatile int sum;
__attribute__((noinline)) void hit(int n) { sum += n; }
static int compare(const void *a, const void *b) { hit(1); sum++; return *(const int *)a - *(const int *)b; }
__attribute__((noinline)) int recurse(int n) { if (n == 0) { hit(2); return 1; } return recurse(n - 1) * 3 + sum; }
__attribute__((noinline)) int variable(int n) { volatile char *room = __builtin_alloca(n * 8 + 8); room[n] = 1; hit(n); return room[n]; }
__attribute__((noinline)) int aligned(int n) { _Alignas(64) volatile char room[128]; room[n] = 1; variable(n); return room[n]; }
static void handler(int n) { recurse(2); sum += n; }
static void visitor(const void *node, VISIT visit, int depth) { if (node && visit == postorder) { hit(depth); sum++; } }
static void *thread(void *n) { qsort(n, 6, 4, compare); recurse(3); return 0; }
static void signals(int flags) {
  struct sigaction how = { .sa_handler = handler, .sa_flags = flags };
  sigaction(SIGUSR1, &how, 0);
  raise(SIGUSR1);
  sum++;
}
int main(int count, char **arguments) {
  int values[24];
  void *tree = 0;
  static char other[65536];
  stack_t stack = { .ss_sp = other, .ss_size = sizeof other };
  for (int i = 0; i < 24; i++) { values[i] = i * 7919 % 101; tsearch(&values[i], &tree, compare); }
  qsort(values, 24, 4, compare);
  for (int i = 1; i < 20; i++) { recurse(i); aligned(i); }
  twalk(tree, visitor);
  signals(0);
  sigaltstack(&stack, 0);
  signals(SA_ONSTACK);
  pthread_t id;
  pthread_create(&id, 0, thread, values);
  pthread_join(id, 0);
  void (*opened)(int) = (void (*)(int))dlsym(dlopen(arguments[count - 1], RTLD_NOW), "opened");
  for (int i = 0; i < ${OPENED}; i++) { opened(i); struct timespec pause = { 0, 200000000 }; nanosleep(&pause, 0); }
  return 0;
}`

/** Writes what gdb finds at each hit: addresses of the frames, innermost first, a line a stack. */
const gdbScript = (output: string) => `
import gdb
for setting in ['pagination off', 'backtrace past-main on', 'debuginfod enabled off']: gdb.execute('set ' + setting)
out = open('${output}', 'w')
class Hit(gdb.Breakpoint):
    def stop(self):
        frame, found = gdb.newest_frame(), []
        while frame is not None:
            # The others are none of the stack: gdb works them out from debug information, where it has any.
            if frame.type() in (gdb.NORMAL_FRAME, gdb.SIGTRAMP_FRAME): found.append('%x' % frame.pc())
            frame = frame.older()
        out.write(' '.join(found) + '\\n')
        return False
gdb.execute('handle SIGUSR1 nostop noprint pass')
gdb.execute('starti')
Hit('*hit')
gdb.execute('continue')
out.close()
`

let program: CProgram
let library = ''
beforeAll(() => {
  program = buildProgram(SOURCE, FLAGS)
  library = join(program.directory, 'opened.so')
  writeFileSync(join(program.directory, 'opened.c'), LIBRARY)
  execFileSync('gcc', ['-shared', '-fPIC', ...FLAGS, '-o', library, join(program.directory, 'opened.c')])
})
afterAll(() => program.remove())
beforeEach((context) => needs(context, 'root', { command: 'gcc' }, { command: 'gdb' }, { feature: 'stack_tables' }))

function stacksOfGdb(): string[] {
  const [script, output] = [join(program.directory, 'stacks.py'), join(program.directory, 'stacks')]
  writeFileSync(script, gdbScript(output))
  execFileSync('gdb', ['-q', '-nx', '-batch', '-x', script, '--args', program.path, library], { stdio: 'ignore' })
  return readFileSync(output, 'utf8').trim().split('\n')
}

/** The stacks of all hits in order; addresses are not randomised, as under gdb. */
async function stacksOfScript(builtin: string): Promise<string[]> {
  const script = `uprobe:${program.path}:hit { printf("%s;", ${builtin}(raw)); }`
  const { stdout, code, stderr } = await runCli(['-q', '-c', `setarch -R ${program.path} ${library}`, '-e', script])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  return stdout
    .split(';')
    .slice(0, -1)
    .map((stack) => stack.trim().replaceAll('\n', ' '))
}

/** From stack number `first` on the caller is in the opened library, which lies a page lower when the kernel has a page for probes. */
const withoutSlide = (first: number) => (stack: string, index: number) =>
  index < first
    ? stack
    : stack
        .split(' ')
        .map((address, frame) => (frame === 1 ? address.slice(-3) : address))
        .join(' ')

test.for(['ustack', 'dw_ustack'])('%s is what gdb finds, from the first hit on', async (builtin) => {
  const expected = stacksOfGdb()
  const found = await stacksOfScript(builtin)
  expect(expected.length).toBeGreaterThan(200)
  expect(new Set(expected).size).toBeGreaterThan(60)
  // The one stack that is not whole: that of the first call into the opened library.
  const first = expected.length - OPENED
  const whole = (stacks: readonly string[]) => stacks.map(withoutSlide(first)).filter((_, index) => index !== first)
  expect(whole(found)).toEqual(whole(expected))
})
