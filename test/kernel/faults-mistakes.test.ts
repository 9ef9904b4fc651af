/**
 * Mistakes on the command line and in a script, as a user sees them: what is wrong and what to do, exit code 1, nothing
 * attached and no command run.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildProgram, type CProgram } from '../support/c-program.ts'
import { type CommandResult, runCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

const SOURCE = `
#include <stdio.h>
char zeros[4096];
long initialised[] = { 1, 2, 3 };
__attribute__((noinline)) int count_words(int n) { zeros[n]++; return n + initialised[0]; }
int main(int argc, char **argv) { (void)argv; return puts("ran") + count_words(argc) < 0; }
`

let program: CProgram
beforeAll(() => {
  program = buildProgram(SOURCE)
  const { directory } = program
  writeFileSync(join(directory, 'text'), 'not a program, but long enough to be taken for the header of one, if nobody looks at it\n')
  writeFileSync(join(directory, 'empty'), '')
  writeFileSync(join(directory, 'short'), '\x7fELF')
  mkdirSync(join(directory, 'folder'))
  execFileSync('mkfifo', [join(directory, 'pipe')])
  execFileSync('strip', ['-o', join(directory, 'stripped'), program.path])
})
afterAll(() => program.remove())
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

/** Diagnostics are compared without the directory of this run. */
async function run(...words: readonly string[]): Promise<CommandResult> {
  const result = await runCli(words.map((word) => word.replaceAll('DIR', program.directory)))
  return { ...result, stderr: result.stderr.replaceAll(program.directory, 'DIR') }
}

const failed = { code: 1, signal: null, stdout: '' }

describe('a probe of a file or function that cannot be probed', () => {
  test.for<[name: string, probe: string, message: string, hint?: string]>([
    ['no such file', 'DIR/progarm:main', 'no such file: DIR/progarm', 'did you mean DIR/program?'],
    ['a path below a file', 'DIR/program/x:main', 'no such file: DIR/program/x'],
    ['a bare name', 'no-such-program:main', 'no program no-such-program in $PATH, no library of that name, and no such file'],
    ['a directory', 'DIR/folder:main', 'DIR/folder is a directory'],
    ['a named pipe', 'DIR/pipe:main', 'DIR/pipe is not a regular file'],
    ['text', 'DIR/text:main', 'DIR/text: is not an ELF file'],
    ['an empty file', 'DIR/empty:main', 'DIR/empty: is not an ELF file'],
    ['a file that ends within its header', 'DIR/short:main', 'DIR/short: has a damaged ELF header'],
    ['no such function', 'DIR/program:count_wrods', 'no function count_wrods in DIR/program', 'did you mean count_words?'],
    ['no function like it', 'DIR/program:"zzzz*"', 'no function in DIR/program matches zzzz*'],
    ['an imported function', 'DIR/program:puts', 'puts is not in DIR/program, which imports it from libc.so.6; probe it there'],
    [
      'a variable without initial value',
      'DIR/program:zeros',
      'zeros in DIR/program is data, not a function, and has no offset in the file',
    ],
    ['a variable', 'DIR/program:initialised', 'initialised in DIR/program is data, not a function'],
    [
      'an offset behind the function',
      'DIR/program:main+100000',
      'nothing to attach to, since it cannot be probed: main (offset 100000 is outside of the function',
    ],
    ['a stripped program', 'DIR/stripped:count_words', 'DIR/stripped has no symbols for functions (it is stripped); probe an address'],
  ])('%s', async ([, probe, message, hint]) => {
    const { stderr, ...end } = await run('-c', 'echo started', '-e', `uprobe:${probe} { @ = count(); }`)
    expect(end).toEqual(failed)
    const [first, line, marker, ...hints] = stderr.trimEnd().split('\n')
    expect(first).toMatch(/^stdin:1:1-\d+: ERROR: /)
    expect(first).toContain(message)
    expect(line).toBe(`uprobe:${probe} { @ = count(); }`)
    expect(marker).toMatch(/^~+$/)
    if (hint !== undefined) expect(hints).toEqual([`HINT: ${hint}`])
    expect(stderr).not.toContain('internal error')
  })
})

describe('a mistake in the script has a place', () => {
  test.for<[name: string, script: string, diagnostic: string]>([
    [
      'of syntax',
      'BEGIN {\n  @ = count( }',
      "stdin:2:14-15: ERROR: syntax: unexpected '}', expected an expression\n  @ = count( }\n             ~\n",
    ],
    [
      'behind text that is not ASCII',
      'BEGIN { printf("größe €𝄞 %d\\n", foo()); }',
      `stdin:1:34-39: ERROR: Unknown function: 'foo'\nBEGIN { printf("größe €𝄞 %d\\n", foo()); }\n${' '.repeat(32)}~~~~~\n`,
    ],
    ['in a symbol of uaddr', 'uprobe:DIR/program:main { @ = *uaddr("initialized"); }', 'ERROR: no symbol initialized in DIR/program'],
  ])('%s', async ([, script, diagnostic]) => {
    const { stderr, ...end } = await run('-e', script)
    expect(end).toEqual(failed)
    expect(Buffer.from(stderr, 'latin1').toString('utf8')).toContain(diagnostic)
  })

  test('in a file: with its name', async () => {
    writeFileSync(join(program.directory, 'wrong.bt'), '// größer\nBEGIN { prinft("x"); }\n')
    const { stderr, ...end } = await run('DIR/wrong.bt')
    expect(end).toEqual(failed)
    expect(stderr).toMatch(/^DIR\/wrong\.bt:2:9-\d+: ERROR: /)
  })
})

describe('a mistake on the command line', () => {
  const count = 'uprobe:DIR/program:main { @ = count(); }'
  test.for<[name: string, words: readonly string[], message: string]>([
    ['no program', [], 'there is no program to run'],
    ['a missing script', ['DIR/none.bt'], 'cannot read the script DIR/none.bt: no such file or directory'],
    ['a directory for a script', ['DIR/folder'], 'cannot read the script DIR/folder: it is a directory'],
    ['an unknown option', ['--colour', '-e', count], "unknown option '--colour'"],
    ['a misspelt option', ['--verbos', '-e', count], 'HINT: did you mean --verbose? borescope --help lists the options'],
    ['a pid that is none', ['-p', 'one', '-e', count], 'a process id is a positive number'],
    ['the pid of no process', ['-p', '999999999', '-e', count], 'there is no process 999999999'],
    ['both -p and -c', ['-p', '1', '-c', 'true', '-e', count], 'cannot be used with'],
    ['an unknown feature', ['--no-feature', 'uprobe-multi', '-e', count], 'no feature is called uprobe-multi'],
    ['an unknown format', ['-f', 'xml', '-e', count], 'Allowed choices are text, json'],
    ['an unknown stage', ['-d', 'llvm', '-e', count], 'the stages are ast, ir, passes, asm, verifier, ir:PASS and all'],
    ['output below a missing directory', ['-o', 'DIR/none/out', '-e', count], 'cannot write to DIR/none/out: no such file or directory'],
    ['output to a directory', ['-o', 'DIR/folder', '-e', count], 'cannot write to DIR/folder: it is a directory'],
    ['a cgroup that is not there', ['--cgroup', 'DIR/none', '-e', count], 'DIR/none is not a directory that can be opened'],
    ['a cgroup that is a file', ['--cgroup', 'DIR/text', '-e', count], 'DIR/text is not a directory that can be opened'],
    ['a cgroup that is another directory', ['--cgroup', 'DIR/folder', '-e', count], 'DIR/folder is not a cgroup'],
    ['an empty command', ['-c', ' ', '-e', count], 'the command of -c is empty'],
    ['a command that is not there', ['-c', 'DIR/none -x', '-e', count], 'cannot run the command DIR/none: no such file'],
    ['a command that no directory of $PATH has', ['-c', 'no-such-command', '-e', count], 'there is no such program in $PATH'],
    ['a command that is not executable', ['-c', 'DIR/folder', '-e', count], 'cannot run the command DIR/folder: it is a directory'],
    ['a pattern that cannot be listed', ['-l', 'nonsense:*'], 'cannot list "nonsense:*"'],
  ])('%s', async ([, words, message]) => {
    const { stderr, ...end } = await run(...words)
    expect(end).toEqual(failed)
    expect(stderr).toMatch(/^ERROR: .*\n(HINT: .*\n)?$/)
    expect(stderr).toContain(message)
    expect(stderr).not.toContain('internal error')
  })

  test('a disk without room for the output', async () => {
    const { code, stderr } = await run('-q', '-o', '/dev/full', '-e', 'BEGIN { printf("text\\n"); exit(); }')
    expect(code).toBe(1)
    expect(stderr).toMatch(/^ERROR: writing the output: write failed with ENOSPC\nHINT: the disk is full/)
  })
})
