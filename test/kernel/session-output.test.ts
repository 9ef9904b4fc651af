/**
 * Where the output goes: readers that leave, terminals, pipes and files. Bytes of traced programs pass unharmed to pipes
 * and files; on a terminal they cannot steer it.
 */
import { readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildProgram, type CProgram } from '../support/c-program.ts'
import { LAUNCHER, runCli, startCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'
import { CLI_WAYS } from '../support/session-target.ts'
import { useTargets } from '../support/traced-targets.ts'

/** `say` is called with each argument, after its escapes are undone as printf(1) does. */
const SOURCE = `
#include <stdio.h>
#include <stdlib.h>
char buffer[4096];
__attribute__((noinline)) void say(const char *text) { __asm__ volatile("" : : "r"(text) : "memory"); }
int main(int argc, char **argv) {
  for (int i = 1; i < argc; i++) {
    int length = 0;
    for (char *at = argv[i]; *at;) {
      if (*at == '%') { char hex[3] = { at[1], at[2], 0 }; buffer[length++] = strtol(hex, 0, 16); at += 3; }
      else buffer[length++] = *at++;
    }
    buffer[length] = 0;
    say(buffer);
  }
}
`

let program: CProgram
beforeAll(() => {
  program = buildProgram(SOURCE)
})
afterAll(() => program.remove())
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))
const targets = useTargets()

/** What the program says, each with what a terminal gets to see of it. */
const SAID = [
  { words: 'plain%09tab', bytes: 'plain\ttab', shown: 'plain\ttab' },
  { words: '%1b[31mred%1b[0m', bytes: '\x1b[31mred\x1b[0m', shown: '\\x1b[31mred\\x1b[0m' },
  { words: '%1b]0;title%07', bytes: '\x1b]0;title\x07', shown: '\\x1b]0;title\\x07' },
  { words: 'over%0dwritten%08', bytes: 'over\rwritten\x08', shown: 'over\\x0dwritten\\x08' },
  { words: '%9b2J%7f', bytes: '\x9b2J\x7f', shown: '\\x9b2J\\x7f' },
  { words: 'gr%c3%bc%c3%9fe', bytes: 'gr\xc3\xbc\xc3\x9fe', shown: 'gr\xc3\xbc\xc3\x9fe' },
  { words: '%ff%c3', bytes: '\xff\xc3', shown: '\\xff\\xc3' },
] as const

const command = () => [program.path, ...SAID.map(({ words }) => `'${words}'`)].join(' ')
const printing = () => `uprobe:${program.path}:say { printf("<%s>\\n", str(arg0)); @[str(arg0)] = count(); } END { clear(@); }`

describe.each(CLI_WAYS)('by $way', ({ flags }) => {
  test('bytes pass unharmed through a pipe', async () => {
    const { code, stdout } = await runCli([...flags, '-q', '-c', command(), '-e', printing()])
    expect(code).toBe(0)
    expect(stdout).toBe(`${SAID.map(({ bytes }) => `<${bytes}>\n`).join('')}\n\n`)
  })

  test('and into a file', async () => {
    const file = join(program.directory, 'output')
    const { code, stdout, stderr } = await runCli([...flags, '-o', file, '-c', command(), '-e', printing()])
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: 'Attached 2 probes\n' })
    expect(readFileSync(file, 'latin1')).toBe(`${SAID.map(({ bytes }) => `<${bytes}>\n`).join('')}\n\n`)
    rmSync(file)
  })

  test('a terminal is not steered by what is traced', async (context) => {
    needs(context, { command: 'script' })
    const stdout = await onTerminal([...flags, '-q', '-c', command(), '-e', printing()])
    expect(stdout).toBe(`${SAID.map(({ shown }) => `<${shown}>\n`).join('')}\n\n`)
  })

  test('nor by keys of maps', async (context) => {
    needs(context, { command: 'script' })
    const script = `uprobe:${program.path}:say { @[str(arg0)] = count(); }`
    const stdout = await onTerminal([...flags, '-q', '-c', command(), '-e', script])
    for (const { shown } of SAID) expect(stdout).toContain(`@[${shown}]: 1\n`)
    const isControl = (character: string) => (character < ' ' && !'\n\t'.includes(character)) || character === '\x7f'
    expect([...stdout].filter(isControl)).toEqual([])
  })
})

test('names of symbols do not steer a terminal', async (context) => {
  needs(context, { command: 'script' })
  const path = join(program.directory, 'renamed')
  writeFileSync(path, readFileSync(program.path, 'latin1').replace('\0say\0', '\0s\x1by\0'), { encoding: 'latin1', mode: 0o755 })
  const shown = 's\\x1by'
  expect(await onTerminal(['-l', `uprobe:${path}:s*y`])).toBe(`uprobe:${path}:${shown}\n`)
  expect(await onTerminal(['-q', '-c', `${path} x`, '-e', `uprobe:${path}:"s*y" { @[func] = count(); }`])).toBe(`\n\n@[${shown}]: 1\n`)
  // Messages and results go to the same terminal.
  const mistake = await onTerminal(['-e', `uprobe:${path}:saz { @ = count(); }`], 1)
  expect(mistake).toContain('no function saz in')
  expect(mistake).not.toContain('\x1b')
})

/** What a terminal gets, with the line ends that it makes of newlines undone. */
async function onTerminal(words: readonly string[], exitCode = 0): Promise<string> {
  const line = [LAUNCHER, ...words].map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ')
  const { code, stdout } = await runCli(['-q', '-e', '-c', line, '/dev/null'], { program: 'script', env: { SHELL: '/bin/sh' } })
  expect(code).toBe(exitCode)
  return stdout.replaceAll('\r\n', '\n')
}

describe('a reader that leaves', () => {
  /** Runs a shell's pipe; the exit code of the tracer is said on stderr. */
  const pipe = (words: string, reader: string) =>
    runCli(['-c', `${LAUNCHER} ${words} | ${reader}; echo "code \${PIPESTATUS[0]}" >&2`], { program: 'bash', input: { kind: 'open' } })

  test('ends a session that prints without end', async () => {
    const { path } = targets.get('pie')
    targets.start('pie', 'spin')
    const result = await pipe(`-e 'uprobe:${path}:work { printf("hit\\n"); } END { printf("end\\n"); }'`, 'head -1')
    expect(result).toEqual({ code: 0, signal: null, stdout: 'hit\n', stderr: 'Attached 2 probes\ncode 0\n' })
  })

  test('ends a session at the first line that it prints', async () => {
    const result = await pipe(`-q -e 'interval:ms:20 { printf("tick\\n"); }'`, 'true')
    expect(result).toEqual({ code: 0, signal: null, stdout: '', stderr: 'code 0\n' })
  })

  test('ends the command of -c, too', async () => {
    const { path } = targets.get('pie')
    const result = await pipe(`-q -c '${path} spin' -e 'uprobe:${path}:work { printf("hit\\n"); }'`, 'head -1')
    expect(result).toEqual({ code: 0, signal: null, stdout: 'hit\n', stderr: 'code 0\n' })
  })

  test.for(['--help', '--version'])('does not break %s', async (option) => {
    expect(await pipe(option, 'true')).toEqual({ code: 0, signal: null, stdout: '', stderr: 'code 0\n' })
  })

  test('of messages stops nothing', async () => {
    const result = await runCli(['-c', `${LAUNCHER} -e 'BEGIN { printf("x\\n"); exit(); }' 2>/dev/full`], { program: 'bash' })
    expect(result).toEqual({ code: 0, signal: null, stdout: 'x\n\n\n', stderr: '' })
  })

  test('does not break the list of probes', async () => {
    const result = await pipe(`-l 'uprobe:/bin/bash:*'`, 'head -1')
    expect(result).toMatchObject({
      stdout: expect.stringMatching(/^(uprobe:\/(usr\/)?bin\/bash:.*\n)?$/),
      stderr: expect.stringMatching(/^code [01]\n$/),
    })
  })
})

describe('text of a script that is not ASCII', () => {
  test('is printed as it is in the source', async () => {
    const script = 'BEGIN { printf("größe %s €𝄞\\n", "für"); @["ключ"] = 1; exit(); }'
    const { stdout } = await runCli(['-q', '-e', script])
    expect(Buffer.from(stdout, 'latin1').toString('utf8')).toBe('größe für €𝄞\n\n\n@[ключ]: 1\n')
  })

  test('is shown by -d as it is in the source', async () => {
    const { stdout } = await runCli(['-q', '-d', 'ast', '-e', 'BEGIN { printf("größe\\n"); exit(); }'])
    expect(Buffer.from(stdout, 'latin1').toString('utf8')).toContain('string "größe\\n"')
  })

  test('is shown by warnings as it is in the source, on stderr', async () => {
    const file = join(program.directory, 'größe.bt')
    writeFileSync(file, 'BEGIN { printf("größe\\n"); exit(); printf("nie\\n"); }\n')
    const { code, stdout, stderr } = await runCli(['-q', file])
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'gr\xc3\xb6\xc3\x9fe\n\n\n' })
    const text = Buffer.from(stderr, 'latin1').toString('utf8')
    expect(text).toContain(`${file}:1:36-`)
    expect(text).toMatch(/WARNING: Unreachable statement\.\n.*\n {35}~{15,}\n/)
    expect(text).toContain('BEGIN { printf("größe\\n"); exit(); printf("nie\\n"); }\n')
  })
})

test('-o replaces what was in the file', async () => {
  const file = join(program.directory, 'output')
  writeFileSync(file, 'old and longer\n')
  expect((await runCli(['-q', '-o', file, '-e', 'BEGIN { printf("new\\n"); exit(); }'])).code).toBe(0)
  expect(readFileSync(file, 'latin1')).toBe('new\n\n\n')
  expect(statSync(file).mode & 0o777).toBe(0o666 & ~process.umask())
})

test('what is printed while a session runs is not kept back until its end', async () => {
  const tracer = startCli(['-q', '-e', 'interval:s:1 { printf("tick\\n"); }'])
  await tracer.waitFor(/tick\n/)
  tracer.process.kill('SIGINT')
  expect(await tracer.result).toMatchObject({ code: 0 })
})
