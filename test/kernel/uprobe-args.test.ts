/**
 * `args.NAME` of functions of C and Go: what the probe reads is what the program passed, whatever the compiler did to it.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { DebugPrograms } from '../support/debug-programs.ts'
import { hasCommand, needs } from '../support/needs.ts'

const programs = new DebugPrograms()
afterAll(() => programs.remove())

const VARIANTS = [
  { name: 'gcc -O0, DWARF 4', flags: ['-O0', '-gdwarf-4'] },
  { name: 'gcc -O0, DWARF 5', flags: ['-O0', '-gdwarf-5'] },
  { name: 'gcc -O2, DWARF 4', flags: ['-O2', '-gdwarf-4'] },
  { name: 'gcc -O2, DWARF 5, compressed, PIE', flags: ['-O2', '-gdwarf-5', '-gz', '-pie', '-fPIE'] },
  { name: 'gcc -O2, endbr64', flags: ['-O2', '-gdwarf-5', '-fcf-protection=full'] },
] as const

const MANY = `
  printf("%d (%d,%d) %s %d %ld %c %ld %s\\n", args.a, args.p.x, args.p.y, str(args.n->name), args.n->at.y, args.e, args.g, args.h, str(args.big.name));
  printf("%d %d %ld %d %d %d %c %d %s\\n", args.n->flags.a, args.n->flags.b, args.n->flags.c, args.n->colour, args.n->values[0], args.n->values[3], args.n->inner, args.n->yes, str(args.big.next->name));
  $next = args.big.next; $i = args.a + 1; @names[str($next->name)] = count(); @second = args.n->values[$i]; @scaled = args.n->at.x * 2 - args.e;`

describe.each(VARIANTS)('$name', ({ name, flags }) => {
  let path = ''
  beforeAll(() => {
    path = programs.c(name.replaceAll(/\W/g, ''), flags)
  })
  beforeEach((context) => needs(context, 'root', { command: 'gcc' }))

  test('arguments in registers, on the stack, and what they point to', async () => {
    const { code, stdout, stderr } = await runCli(['-q', '-e', `uprobe:${path}:many { ${MANY} }`, '-c', `${path} 2`])
    const lines = stdout.split('\n').filter((line) => line !== '' && !/^\d+$/.test(line))
    expect({ code, stderr, lines }).toEqual({
      code: 0,
      stderr: '',
      lines: [
        '0 (10,-20) first 4 5 g 7 second',
        '5 -3 8589934592 5 1 4 q 1 first',
        '1 (10,-20) first 4 5 g 7 second',
        '5 -3 8589934592 5 1 4 q 1 first',
        '@names[first]: 2',
        '@scaled: 1',
        '@second: 3',
      ],
    })
  })

  test('arguments that the function does not use', async () => {
    const { stdout } = await runCli(['-q', '-e', `uprobe:${path}:unused { printf("%d %d %d\\n", args.a, args.b, args.c); }`, '-c', path])
    expect(stdout).toContain('1 2 3\n')
  })

  test('bit fields that reach over the end of 8 bytes', async () => {
    const fields = (of: string) => `${of}.low, ${of}.high, ${of}.rest`
    const script = `uprobe:${path}:wide { printf("%d %ld %d\\n%d %ld %d\\n", ${fields('args.w')}, ${fields('args.v')}); }`
    const { stdout, stderr } = await runCli(['-q', '-e', script, '-c', path])
    expect(stderr).toBe('')
    expect(stdout).toContain('9 -1152921504606846981 33\n9 -1152921504606846981 33\n')
  })

  test('arguments that the compiler made constants of', async () => {
    const symbol = flags[0] === '-O2' ? 'small.constprop.0' : 'small'
    const script = `uprobe:${path}:"${symbol}" { printf("%d %c %d %ld\\n", args.a, args.b, args.c, args.d); }`
    const { stdout } = await runCli(['-q', '-e', script, '-c', path])
    expect(stdout).toContain('0 b -7 1099511627776\n')
  })
})

test.for([
  ['many { print(args.nosuch) }', "many has no argument 'nosuch'", 'it has a, f, p, n, e, g, h, big'],
  ['many { print(args.n->nosuch) }', "'struct node' does not contain a field named 'nosuch'", 'it has name, next, at'],
  ['many { print(args.f) }', "the argument 'f' of many cannot be read", "'double'"],
  ['many { print(args.n->real) }', "the field 'real' of struct node cannot be read", "'double'"],
  ['many { print(args) }', "the argument 'f' of many cannot be read", "'double'"],
  ['many { print(*args.n) }', "a whole value of type 'union number', whose field 'real' cannot be read", "'double'"],
  ['many { print(args.n->values[4]) }', 'the index 4 is out of bounds for array of size 4', ''],
] as const)('%s is refused', async ([probe, message, hint], context) => {
  needs(context, { command: 'gcc' })
  const path = programs.c('refused', ['-O2', '-gdwarf-5'])
  const { code, stderr } = await runCli(['-e', `uprobe:${path}:${probe}`])
  expect(code).toBe(1)
  expect(stderr).toContain(message)
  expect(stderr).toContain(hint)
})

test('without debug information the positional arguments are offered', async (context) => {
  needs(context, { command: 'gcc' })
  const path = programs.c('plain', ['-O2'])
  const { stderr } = await runCli(['-e', `uprobe:${path}:many { print(args.a) }`])
  expect(stderr).toContain('has no debug information')
  expect(stderr).toContain('use arg0')
})

describe('Go', () => {
  let path = ''
  beforeAll(() => {
    if (hasCommand('go')) path = programs.go('go')
  }, 300_000)
  beforeEach((context) => needs(context, 'root', { command: 'go' }))

  const CASES: readonly (readonly [name: string, probe: string, expected: string])[] = [
    ['nine integers in registers, the tenth on the stack', 'main.ints { printf("%d %d %d\\n", args.a, args.i, args.j); }', '0 9 10'],
    [
      'strings, slices and their elements',
      'main.strs { printf("%s %c %d %c\\n", args.s, args.b[1], args.b.len, args.b[args.b.len - 1]); }',
      'hello y 5 s',
    ],
    ['structs in registers', 'main.structs { printf("%d %s %d %d\\n", args.p.A, args.p.S, args.s.X, args.s.Y); }', '7 seven -3 4'],
    ['arrays', 'main.structs { printf("%d %d %d\\n", args.arr[1], args.one[0], args.last); }', '2 5 99'],
    [
      'a receiver and what it points to',
      'main.(*Request).Do { printf("%s %s %s %d\\n", args.r.Method, args.r.URL.Path, args.name, args.r.Len); }',
      'GET /index.html name 0',
    ],
    ['a string compared', 'main.(*Request).Do /args.r.URL.Path == "/index.html"/ { printf("%d\\n", args.x); }', '0'],
    ['arguments that are not used', 'main.unused { printf("%d %s %d %d\\n", args.a, args.b, args.c, args.d); }', '5 abc 1 -3'],
  ]
  test.for(CASES)('%s', async ([, probe, expected]) => {
    const [, symbol = '', rest = ''] = /^(\S+) (.*)$/.exec(probe) ?? []
    const { stdout, stderr } = await runCli(['-q', '-e', `uprobe:${path}:"${symbol}" ${rest}`, '-c', path])
    expect(stderr).toBe('')
    expect(stdout.split('\n')).toContain(expected)
  })
})
