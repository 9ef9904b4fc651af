/**
 * What stacks say of C, C++ and processes that are hard to look at: lines and inlined calls, names as the source has them, programs that are
 * gone or replaced, the vdso.
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { buildProgram, type CProgram } from '../support/c-program.ts'
import { runCli, startCli } from '../support/cli.ts'
import { needs } from '../support/needs.ts'

const SOURCE = `volatile int sum;
__attribute__((noinline)) void leave(int n) { sum += n; }
__attribute__((noinline)) void tick(int n) { leave(n); sum++; }
static inline __attribute__((always_inline)) void small(int n) {
  tick(n);
  sum++;
}
static inline __attribute__((always_inline)) void middle(int n) {
  small(n + 1);
  sum++;
}
__attribute__((noinline)) void leaf(int n) {
  middle(n);
  sum++;
}
int main(void) { leaf(1); return 0; }
`
const FLAGS = ['-g', '-fno-omit-frame-pointer', '-fno-optimize-sibling-calls', '-fcf-protection=none']
/** Where `tick` has made its frame, by which its caller is found: behind `push %rbp; mov %rsp,%rbp`. */
const FRAMED = 4
let program: CProgram
beforeAll(() => {
  program = buildProgram(SOURCE, FLAGS)
})
afterAll(() => program.remove())
beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

const run = (script: string, command = program.path, ...flags: string[]) => runCli([...flags, '-q', '-c', command, '-e', script])
const withLines = (stack: string) => `config = { show_debug_info = 1 } uprobe:${program.path}:tick+${FRAMED} { print(${stack}); }`

describe('lines and inlined calls', () => {
  const expected = () => {
    const source = `${program.path}.c`
    return [
      String.raw`tick\+\d+@${source}:3`,
      String.raw`\[inlined\] small@${source}:5`,
      String.raw`\[inlined\] middle@${source}:9`,
      String.raw`leaf\+\d+@${source}:13`,
      String.raw`main\+\d+@${source}:16`,
    ]
  }

  test('in their own form', async () => {
    const { stdout } = await run(withLines('ustack(3)'))
    expect(stdout).toMatch(new RegExp(`^\\n {8}${expected().join('\\n {8}')}\\n\\n`))
  })

  test('as perf shows them, and not among addresses', async () => {
    const { stdout } = await run(withLines('ustack(perf, 2)'))
    const at = String.raw`\t[0-9a-f]+ `
    expect(stdout).toMatch(
      new RegExp(
        `^\\n${at}tick\\+\\d+ \\(${program.path}\\)\\n${at}small \\(inlined\\)\\n${at}middle \\(inlined\\)\\n${at}leaf\\+\\d+ \\(`,
      ),
    )
    expect((await run(withLines('ustack(raw, 2)'))).stdout).toMatch(/^\n[0-9a-f]+\n[0-9a-f]+\n\n/)
  })

  test('from a separate debug file, which has the symbols too', async () => {
    const stripped = buildProgram(SOURCE, FLAGS)
    execFileSync('objcopy', ['--only-keep-debug', stripped.path, `${stripped.path}.debug`])
    execFileSync('objcopy', ['--strip-all', `--add-gnu-debuglink=${stripped.path}.debug`, stripped.path])
    const { stdout } = await run(
      `config = { show_debug_info = 1 } uprobe:${stripped.path}:tick+${FRAMED} { print(ustack(2)); }`,
      stripped.path,
    )
    stripped.remove()
    expect(stdout).toMatch(/^\n {8}tick\+\d+@\S+\.c:3\n {8}\[inlined\] small@\S+:5\n {8}\[inlined\] middle@\S+:9\n {8}leaf\+\d+@\S+:13\n/)
  })

  test('from what debuginfod has fetched', async () => {
    const stripped = buildProgram(SOURCE, FLAGS)
    const id = /Build ID: ([0-9a-f]{40})/.exec(execFileSync('readelf', ['-n', stripped.path], { encoding: 'latin1' }))?.[1] ?? ''
    mkdirSync(join(stripped.directory, 'cache', id), { recursive: true })
    execFileSync('objcopy', ['--only-keep-debug', stripped.path, join(stripped.directory, 'cache', id, 'debuginfo')])
    execFileSync('objcopy', ['--strip-all', stripped.path])
    const script = `config = { show_debug_info = 1 } uprobe:${stripped.path}:tick+${FRAMED} { print(ustack(2)); }`
    const env = { DEBUGINFOD_CACHE_PATH: join(stripped.directory, 'cache') }
    const { stdout } = await runCli(['-q', '-c', stripped.path, '-e', script], { env })
    stripped.remove()
    expect(stdout).toMatch(/^\n {8}tick\+\d+@\S+\.c:3\n {8}\[inlined\] small@\S+:5\n/)
  })

  test('names from MiniDebugInfo, in stacks and for probes', async (context) => {
    needs(context, { command: 'xz' })
    const stripped = buildProgram(SOURCE, FLAGS)
    const symbols = `${stripped.path}.mini`
    execFileSync('objcopy', ['--only-keep-debug', stripped.path, symbols])
    execFileSync('objcopy', ['--strip-debug', symbols])
    execFileSync('xz', [symbols])
    execFileSync('objcopy', ['--strip-all', `--add-section=.gnu_debugdata=${symbols}.xz`, stripped.path])
    const { stdout, stderr } = await run(`uprobe:${stripped.path}:tick+${FRAMED} { print(ustack(3)); }`, stripped.path)
    stripped.remove()
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^\n {8}tick\+4\n {8}leaf\+\d+\n {8}main\+\d+\n\n/), ''])
  })

  test('are left out unless they are asked for', async () => {
    const { stdout } = await run(`uprobe:${program.path}:tick+${FRAMED} { print(ustack(2)); }`)
    expect(stdout).toMatch(/^\n {8}tick\+\d+\n {8}leaf\+\d+\n\n/)
  })
})

/** Behind its frame; the same program, built again, has everything where it was. */
function addressOf(symbol: string): string {
  const line = execFileSync('nm', [program.path], { encoding: 'latin1' })
    .split('\n')
    .find((one) => one.endsWith(` T ${symbol}`))
  return `0x${(Number.parseInt(line?.split(' ')[0] ?? '', 16) + FRAMED).toString(16)}`
}

describe('processes that are hard to look at', () => {
  test('each of many that end at once has all its frames', async () => {
    const command = join(program.directory, 'many.sh')
    writeFileSync(command, `for i in $(seq 100); do ${program.path}; done`)
    const { stdout } = await run(`uprobe:${program.path}:tick+${FRAMED} { @[pid, ustack(3)] = count(); }`, `sh ${command}`)
    expect(stdout.match(/^@\[\d+, \n {8}tick\+\d+\n {8}leaf\+\d+\n {8}main\+\d+\n\]: 1$/gm)).toHaveLength(100)
  })

  test.for([
    ['fixed addresses', ['-no-pie', '-static']],
    ['addresses that slide', ['-pie']],
  ] as const)('a program at %s that nobody watches, and that is gone at once', async ([, flags]) => {
    const fixed = buildProgram(SOURCE, [...FLAGS, ...flags])
    const script = `uprobe:${fixed.path}:tick+${FRAMED} { print(ustack(3)); @++; if (@ == 5) { exit() } }`
    const running = startCli(['-e', script])
    await running.waitFor(/Attached 1 probe/)
    execFileSync('sh', ['-c', `for i in 1 2 3 4 5; do ${fixed.path}; done`])
    const { stdout } = await running.result
    fixed.remove()
    expect(stdout.match(/\n {8}tick\+4\n {8}leaf\+\d+\n {8}main\+\d+\n/g)).toHaveLength(5)
  })

  test('a program that is replaced and deleted while it runs keeps its own names', async () => {
    const copy = join(program.directory, 'copy')
    const slow = buildProgram(`#include <unistd.h>\n${SOURCE.replace('leaf(1);', 'usleep(300000); leaf(1); usleep(300000);')}`, FLAGS)
    copyFileSync(slow.path, copy)
    const other = buildProgram('void wrong(void) { }\nint main(void) { return 0; }')
    const command = join(program.directory, 'replace.sh')
    writeFileSync(command, `${copy} & sleep 0.1; rm ${copy}; cp ${other.path} ${copy}; wait`)
    // The probe is on the file that is there when it is attached.
    const { stdout } = await run(`uprobe:${copy}:tick+${FRAMED} { print(ustack(perf, 3)); }`, `sh ${command}`)
    rmSync(copy)
    slow.remove()
    other.remove()
    expect(stdout).toMatch(
      new RegExp(`tick\\+\\d+ \\(${copy}\\)\\n\\t[0-9a-f]+ leaf\\+\\d+ \\(${copy}\\)\\n\\t[0-9a-f]+ main\\+\\d+ \\(${copy}\\)`),
    )
  })

  test('a program in a root of its own, where its path is that of another file', async (context) => {
    needs(context, { command: 'unshare' })
    const own = buildProgram(
      `${SOURCE.replace('leave(n);', 'leave(n); asm volatile("syscall" : : "a"(110) : "rcx", "r11", "memory");').replace('return 0;', 'return pause();')}`.replace(
        'volatile int sum;',
        'volatile int sum; int pause(void);',
      ),
      [...FLAGS, '-static'],
    )
    const root = join(program.directory, 'root')
    const command = join(program.directory, 'contain.sh')
    // getppid, by which the stack is taken, is called in no other process of this name.
    const script = `mount -t tmpfs none ${root} && mkdir ${root}/old ${root}/bin && cp ${own.path} ${root}/bin/borescope-in && cd ${root} &&
      pivot_root . old && exec /bin/borescope-in`
    writeFileSync(command, `mkdir ${root}; exec unshare -m sh -c '${script}'`)
    const traced = 'tracepoint:syscalls:sys_enter_getppid /comm == "borescope-in"/ { print(ustack(perf, 4)); exit(); }'
    const { stdout, stderr } = await run(traced, `sh ${command}`)
    own.remove()
    expect(stderr).toBe('')
    const names = [...stdout.matchAll(/^\t[0-9a-f]+ (\w+)\+\d+ \((.*)\)$/gm)].map(([, name, path]) => [name, path])
    expect(names.slice(0, 3)).toEqual(['tick', 'leaf', 'main'].map((name) => [name, '/bin/borescope-in']))
  })

  test('-v says why an address has no name', async () => {
    const stripped = buildProgram(SOURCE, [...FLAGS, '-s'])
    const script = `uprobe:${stripped.path}:${addressOf('tick')} { @[ustack(1)] = count(); }`
    const { stdout, stderr } = await run(script, stripped.path, '-v')
    stripped.remove()
    expect(stdout).toMatch(/@\[\n {8}0x[0-9a-f]+\n\]: 1/)
    expect(stderr).toMatch(/no name for 0x[0-9a-f]+: \S+program has no symbols of functions \(it is stripped\)\n/)
  })
})

test('C++ as in the source: in stacks, usym and func; its symbols where the script asks for them', async (context) => {
  needs(context, { command: 'g++' })
  const source = `#include <vector>
#include <utility>
volatile int sum;
__attribute__((noinline)) void leave() { sum++; }
namespace ns {
template <class T> __attribute__((noinline)) T same(T n) { leave(); return n + sum; }
struct S { __attribute__((noinline)) int m(std::vector<std::pair<int, int>> const &v) { sum++; return same<int>(v.size()) + sum; } };
}
int main() { ns::S s; return s.m({}) == 0; }`
  const path = join(program.directory, 'cxx')
  writeFileSync(`${path}.cpp`, source)
  execFileSync('g++', ['-O1', '-fno-omit-frame-pointer', '-fno-optimize-sibling-calls', '-fcf-protection=none', '-o', path, `${path}.cpp`])
  const probe = `uprobe:${path}:_ZN2ns4sameIiEET_S1_+${FRAMED}`
  const plain = await run(`${probe} { print(func); print(usym(uaddr("_ZN2ns4sameIiEET_S1_"))); print(ustack(2)); }`, path)
  const name = 'int ns::same<int>(int)'
  const caller = 'ns::S::m(std::vector<std::pair<int, int>, std::allocator<std::pair<int, int> > > const&)'
  expect(plain.stdout.replaceAll(/\+\d+/g, '+N')).toBe(`${name}\n${name}\n\n        ${name}+N\n        ${caller}+N\n\n\n\n`)
  const mangled = await run(`config = { cpp_demangle = 0 } ${probe} { print(func); print(ustack(1)); }`, path)
  expect(mangled.stdout).toMatch(/^_ZN2ns4sameIiEET_S1_\n\n {8}_ZN2ns4sameIiEET_S1_\+\d+\n/)
})

test('probes on names of C++ as in the source: one overload, all of them, instances of templates, methods', async (context) => {
  needs(context, { command: 'g++' })
  const source = `volatile int sum;
namespace ns {
__attribute__((noinline)) int f(int n) { return sum += n; }
__attribute__((noinline)) int f(char const *s) { return sum += *s; }
template <class T> __attribute__((noinline)) T same(T n) { sum++; return n; }
struct S { __attribute__((noinline)) int get() const { return sum++; } };
}
int main() { return ns::f(1) + ns::f("x") + ns::same(7) + (int)ns::same(2.5) + ns::S().get() == 0; }`
  const path = join(program.directory, 'overloads')
  writeFileSync(`${path}.cpp`, source)
  execFileSync('g++', ['-O1', '-g', '-o', path, `${path}.cpp`])
  const hits = async (name: string, kind = 'uprobe') => {
    const { stdout, stderr } = await run(`${kind}:${path}:cpp:"${name}" { print((probe, func)); }`, path)
    const prefix = `(${kind}:${path}:cpp:`
    return stderr + stdout.trim().replaceAll(prefix, '(')
  }
  expect(await hits('ns::f(int)')).toBe('(_ZN2ns1fEi, ns::f(int))')
  expect(await hits('ns::f(const char*)', 'uretprobe')).toBe('(_ZN2ns1fEPKc, ns::f(char const*))')
  expect(await hits('ns::f')).toBe('(_ZN2ns1fEi, ns::f(int))\n(_ZN2ns1fEPKc, ns::f(char const*))')
  expect(await hits('ns::same<int>')).toBe('(_ZN2ns4sameIiEET_S1_, int ns::same<int>(int))')
  expect(await hits('*same*')).toMatch(/^\(_ZN2ns4sameIiE.*\n\(_ZN2ns4sameIdE/)
  expect(await hits('ns::S::get() const')).toBe('(_ZNK2ns1S3getEv, ns::S::get() const)')
  expect(await hits('main')).toBe('(main, main)')
  expect(await hits('ns::g(int)')).toContain('did you mean ns::f(int)?')
  const listed = await runCli(['-l', `uprobe:${path}:cpp:ns::f`])
  expect(listed.stdout).toBe(`uprobe:${path}:cpp:"ns::f(char const*)"\nuprobe:${path}:cpp:"ns::f(int)"\n`)
  const { stdout } = await run(`uprobe:${path}:cpp:"ns::f(int)" { print(args.n); }`, path)
  expect(stdout).toBe('1\n\n\n')
})

test('letters beyond ASCII are as the source has them', async (context) => {
  needs(context, { command: 'g++' })
  const path = join(program.directory, 'größe')
  const source =
    'volatile int sum; namespace größe { __attribute__((noinline)) void länge(int) { sum++; } } int main() { größe::länge(1); }'
  writeFileSync(`${path}.cpp`, source)
  execFileSync('g++', ['-O1', '-g', '-o', path, `${path}.cpp`])
  const script = `config = { show_debug_info = 1 } uprobe:${path}:cpp:"größe::länge(int)" { print((probe, func)); print(ustack(1)); }`
  const { stdout, stderr } = await run(script, path)
  const text = Buffer.from(stdout, 'latin1').toString()
  expect([text, stderr]).toEqual([
    `(uprobe:${path}:cpp:_ZN7größe6längeEi, größe::länge(int))\n\n        größe::länge(int)+0@${path}.cpp:1\n\n\n\n`,
    '',
  ])
})

test('the vdso has names', async () => {
  const clock = buildProgram(
    `#include <time.h>
#include <sys/auxv.h>
#include <stdio.h>
__attribute__((noinline)) void tick(unsigned long n) { asm volatile("" : : "r"(n)); }
int main(void) { tick(getauxval(AT_SYSINFO_EHDR)); return 0; }`,
    FLAGS,
  )
  const start = vdsoSymbol()
  const { stdout } = await run(`uprobe:${clock.path}:tick { print(usym(arg0 + ${start})); }`, clock.path)
  clock.remove()
  expect(stdout).toMatch(/^__vdso_clock_gettime|^clock_gettime/)
})

/** Where the vdso has `__vdso_clock_gettime`, by readelf on what this machine's processes have mapped. */
function vdsoSymbol(): number {
  const script = `
import re
for line in open('/proc/self/maps'):
    if '[vdso]' in line:
        start, end = [int(x, 16) for x in line.split()[0].split('-')]
        memory = open('/proc/self/mem', 'rb'); memory.seek(start); open('${program.directory}/vdso.so', 'wb').write(memory.read(end - start))`
  execFileSync('python3', ['-c', script])
  const table = execFileSync('readelf', ['-W', '--dyn-syms', join(program.directory, 'vdso.so')], { encoding: 'latin1' })
  return Number.parseInt(/: ([0-9a-f]+) .* __vdso_clock_gettime/.exec(table)?.[1] ?? '', 16)
}
