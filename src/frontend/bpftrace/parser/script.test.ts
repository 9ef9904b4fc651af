import { describe, expect, it } from 'vitest'
import { sourceText } from '../../../base/source-text.ts'
import type { Expression } from '../ast.ts'
import type { Script } from '../script-ast.ts'
import { CSection } from './c-section.ts'
import { parseAttachPointPattern, parseScript } from './script.ts'

function parse(text: string, parameters: readonly string[] = []): Script {
  const result = parseScript(sourceText('test', text), { parameters, c: new CSection() })
  if ('diagnostic' in result) throw new Error(result.diagnostic.message)
  return result.script
}

/** An expression with all its parentheses. */
function show(expression: Expression): string {
  switch (expression.kind) {
    case 'integer':
      return String(expression.value)
    case 'string':
      return JSON.stringify(expression.value)
    case 'identifier':
    case 'variable':
      return expression.name
    case 'map':
      return expression.key === undefined ? expression.name : `${expression.name}[${show(expression.key)}]`
    case 'unary':
      return `(${expression.operator}${show(expression.operand)})`
    case 'binary':
      return `(${show(expression.left)} ${expression.operator} ${show(expression.right)})`
    case 'ternary':
      return `(${show(expression.condition)} ? ${expression.then === undefined ? '' : show(expression.then)} : ${show(expression.otherwise)})`
    case 'cast':
      return `(${expression.type.name}${expression.type.modifiers.map((modifier) => (modifier.kind === 'pointer' ? '*' : '[]')).join('')} <- ${show(expression.operand)})`
    case 'field':
      return `${show(expression.operand)}.${expression.name}`
    case 'index':
      return `${show(expression.operand)}[${show(expression.index)}]`
    case 'call':
      return `${expression.name}(${expression.arguments.map(show).join(', ')})`
    case 'increment':
      return expression.position === 'prefix'
        ? `(${expression.operator}${show(expression.target)})`
        : `(${show(expression.target)}${expression.operator})`
    case 'tuple':
      return `<${expression.items.map(show).join(', ')}>`
    default:
      return expression.kind
  }
}

function expressionOf(text: string): string {
  const [statement] = parse(`BEGIN { ${text} }`).probes[0]?.body.statements ?? []
  return statement?.kind === 'expression' ? show(statement.expression) : `${statement?.kind}`
}

describe('expressions', () => {
  it.each([
    ['1 + 2 * 3', '(1 + (2 * 3))'],
    ['1 - 2 - 3', '((1 - 2) - 3)'],
    ['1 << 2 + 3', '(1 << (2 + 3))'],
    ['1 | 2 ^ 3 & 4', '(1 | (2 ^ (3 & 4)))'],
    ['1 & 2 == 3', '(1 & (2 == 3))'],
    ['1 || 2 && 3 | 4', '(1 || (2 && (3 | 4)))'],
    ['1 < 2 == 3 > 4', '((1 < 2) == (3 > 4))'],
    ['1 ? 2 : 3 ? 4 : 5', '(1 ? 2 : (3 ? 4 : 5))'],
    ['$a ?: 2', '($a ?  : 2)'],
    ['-1', '-1'],
    ['- -1', '(--1)'],
    ['-$x * !$y', '((-$x) * (!$y))'],
    ['*uaddr("a") + 1', '((*uaddr("a")) + 1)'],
    ['(uint8)$x + 1', '((uint8 <- $x) + 1)'],
    ['(uint64 *)arg0', '(uint64* <- arg0)'],
    ['(pid) * 2', '(pid * 2)'],
    ['($x) - 1', '($x - 1)'],
    ['(struct task_struct *)curtask', '(struct task_struct* <- curtask)'],
    ['@a[1, "b"]', '@a[<1, "b">]'],
    ['@a[(1, 2)]', '@a[<1, 2>]'],
    ['(1,)', '<1>'],
    ['()', '<>'],
    ['args->x.y', 'args.x.y'],
    ['$t.0.1', '$t.0.1'],
    ['++@a[1]', '(++@a[1])'],
    ['@a++ + ++$b', '((@a++) + (++$b))'],
    ['str(arg0, 16)', 'str(arg0, 16)'],
    ['{ 1 }', 'block'],
  ])('parses %s', (text, expected) => {
    expect(expressionOf(text)).toBe(expected)
  })
})

describe('scripts', () => {
  it('takes a shebang, comments, a config block and probes', () => {
    const script = parse('#!/usr/bin/env bpftrace\n// c\nconfig = { max_strlen = 10; missing_probes = warn }\nBEGIN { } END { }')
    expect(script.config.map((entry) => [entry.key, entry.value])).toEqual([
      ['max_strlen', 10n],
      ['missing_probes', 'warn'],
    ])
    expect(script.probes).toHaveLength(2)
  })

  it.each([
    ['uprobe:/bin/a:"main.do{,Work" { }', ['uprobe', '/bin/a', 'main.do{,Work']],
    ['tracepoint:sched:sched_switch { }', ['tracepoint', 'sched', 'sched_switch']],
    ['uprobe:$1:$2 { }', ['uprobe', '/x/y', 'fn']],
    ['uprobe:/a:*foo*{ }', ['uprobe', '/a', '*foo*']],
    ['mine=interval:s:1 { }', ['interval', 's', '1']],
    ['BEGIN/1/{ }', ['BEGIN']],
    ['uprobe:/a/b:c /1/ { }', ['uprobe', '/a/b', 'c']],
  ])('splits the attach point of %s', (text, parts) => {
    const [point] = parse(text, ['/x/y', 'fn']).probes[0]?.attachPoints ?? []
    expect(point?.parts.map((part) => part.text)).toEqual(parts)
  })

  it('reads several attach points and tolerates a trailing comma', () => {
    const [probe] = parse('uprobe:/a:b,\n uprobe:/a:c, /pid == 1/ { }').probes
    expect(probe?.attachPoints).toHaveLength(2)
    expect(probe?.predicate).toBeDefined()
  })

  it('lets a division stand in a predicate', () => {
    const [probe] = parse('BEGIN /pid \x2f 2 == 1/ { }').probes
    expect(probe?.predicate === undefined ? '' : show(probe.predicate)).toBe('((pid / 2) == 1)')
  })

  it.each([
    ['if pid { 1 } else if (tid) { 2 } else { 3 }', ['if']],
    ['@a = 1; $b += 2; _ = 3; let $c: uint8 = 4', ['assign', 'assign', 'discard', 'let']],
    [
      'unroll (3) { } while (1) { break; } for ($kv : @m) { } for $i : 1..3 { continue; } return',
      ['unroll', 'while', 'for', 'for', 'return'],
    ],
    [';;', []],
  ])('parses the statements %s', (text, kinds) => {
    expect(parse(`BEGIN { ${text} }`).probes[0]?.body.statements.map((statement) => statement.kind)).toEqual(kinds)
  })

  it('names what it takes whole because it is not compiled yet', () => {
    const script = parse('struct a { int b; };\nimport "x";\nmacro m($v) { $v }\nfn f($a: int32) : void { }\nlet @m = hash(5);\nBEGIN { }')
    expect(script.unsupported.map((item) => item.feature)).toEqual(["'import'", "a function ('fn')"])
    expect(script.macros).toMatchObject([{ name: 'm', parameters: [{ kind: 'variable', name: '$v' }] }])
    expect(script.maps).toMatchObject([{ name: '@m', kind: 'hash', maxEntries: 5n }])
    expect(script.probes).toHaveLength(1)
  })

  it.each([
    ['BEGIN { print(1) $x = 3; }', 17, "syntax: expected ';'"],
    ['BEGIN { 1 = 2; }', 8, 'syntax: only maps and variables can be assigned to'],
    ['BEGIN { @a[1', 12, "syntax: unexpected end of file, expected ']'"],
    ['BEGIN {', 6, "syntax: unmatched '{'"],
    ['BEGIN', 5, "syntax: unexpected end of file, expected '{'"],
    ['let $x = 1;', 4, 'syntax: variables cannot be declared outside a probe'],
    ['config = { } config = { } BEGIN { }', 13, 'syntax: duplicate config block'],
    ['BEGIN { } config = { }', 10, 'syntax: config must appear before any probes'],
    ['uprobe:/a:$x { }', 10, "syntax: invalid '$' in an attach point"],
    ['BEGIN { $t.0 = 1 }', 8, 'syntax: tuples, records and memory cannot be assigned to: only maps and variables can'],
  ])('refuses %s', (text, start, message) => {
    const result = parseScript(sourceText('test', text))
    expect('diagnostic' in result && [result.diagnostic.span.start, result.diagnostic.message]).toEqual([start, message])
  })
})

describe('parseAttachPointPattern', () => {
  it('reads the pattern of -l', () => {
    const result = parseAttachPointPattern(sourceText('-l', ' uprobe:/a:"x y*" '))
    expect('point' in result && result.point.parts.map((part) => part.text)).toEqual(['uprobe', '/a', 'x y*'])
  })
  it('refuses more than a pattern', () => {
    expect(parseAttachPointPattern(sourceText('-l', 'a:b c:d'))).toHaveProperty('diagnostic')
  })
})

describe('C at the head of a script', () => {
  const value = (text: string) => {
    const [probe] = parse(text).probes
    const statement = probe?.body.statements[0]
    return statement?.kind === 'assign' ? statement.value : undefined
  }
  it('keeps what an enumerator is behind a macro', () => {
    const expression = value('enum e { A, B };\n#define LAST B\nBEGIN { @ = LAST }')
    expect(expression).toMatchObject({ kind: 'integer', value: 1n, span: { start: 44, end: 48 } })
    expect(expression?.kind === 'integer' && expression.type?.enumeration?.values.get(1n)).toBe('B')
  })
  it.each(['#define A A\n', '#define A B\n#define B A\n'])('leaves a macro that stands for itself a name: %j', (text) => {
    expect(value(`${text}BEGIN { @ = A }`)).toMatchObject({ kind: 'identifier', name: 'A' })
  })
  it('takes conditions whole that are indented', () => {
    const script = parse('#ifdef X\n  #ifdef Y\nstruct s { int a; };\n  #endif\n#endif\nBEGIN { @ = 1 } END { }')
    expect(parse('#ifdef X\nstruct s { int a; };\n  # endif\nBEGIN { }').probes).toHaveLength(1)
    expect(script.probes).toHaveLength(2)
    expect([...script.cTypes.records.keys()]).toEqual([])
  })
  it('comes before everything else', () => {
    expect(() => parse('BEGIN { }\nstruct s { int a; };')).toThrow('C definitions must come before everything else in a script')
  })
  it.each([
    ['sizeof(N)', { kind: 'sizeof', of: { expression: { kind: 'integer', value: 3n } } }],
    ['sizeof(A)', { kind: 'sizeof', of: { expression: { kind: 'integer', value: 0n } } }],
    ['sizeof(uint8)', { kind: 'sizeof', of: { type: { name: 'uint8' } } }],
  ])('%s', (text, expected) => {
    expect(value(`#define N 3\nenum e { A };\nBEGIN { @ = ${text} }`)).toMatchObject(expected)
  })
})
