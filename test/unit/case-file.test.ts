/**
 * The form of the case files: what it reads, what it refuses, and that it reads what it writes.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { formatCases, type OutputCase, parseCases } from '../support/case-file.ts'

const plain = { args: [], words: [], expect: '', expectStderr: undefined, exit: 0, rows: [], needs: [], differs: undefined }

describe('parseCases', () => {
  test.each<[string, string, Partial<OutputCase>]>([
    ['one line each', 'NAME a\nPROG BEGIN { }\nEXPECT x\n', { name: 'a', line: 1, program: 'BEGIN { }', expect: 'x\n' }],
    ['lines', 'NAME a\nPROG\n|one\n|two\nEXPECT\n|x\n|\n|y\n', { program: 'one\ntwo\n', expect: 'x\n\ny\n' }],
    ['text without a line end', 'NAME a\nPROG p\nEXPECT\n|x\n:y\n', { expect: 'x\ny' }],
    ['escapes', 'NAME a\nPROG p\nEXPECT\n:\\x00\\xff\\t\\\\\\n\n', { expect: '\x00\xff\t\\\n' }],
    ['a bar line is not escaped', 'NAME a\nPROG p\nEXPECT\n|"\\n" \\x41\n', { expect: '"\\n" \\x41\n' }],
    ['options', 'NAME a\nARGS -f json "two words"\nPROG p\nEXIT 3\n', { args: ['-f', 'json', 'two words'], exit: 3 }],
    ['standard error', 'NAME a\nPROG p\nEXPECT_STDERR Attached 1 probe\n', { expectStderr: 'Attached 1 probe\n' }],
    ['no standard error', 'NAME a\nPROG p\nEXPECT_STDERR\n', { expectStderr: '' }],
    ['comments and empty lines', '# c\n\nNAME a\n\n# d\nPROG p\n', { line: 3, program: 'p' }],
    [
      'what it needs and why it differs',
      'NAME a\nPROG p\nROWS 3 4\nNEEDS casts loops\nDIFFERS so\n',
      { rows: [3, 4], needs: ['casts', 'loops'], differs: 'so' },
    ],
  ])('%s', (_name, text, expected) => {
    expect(parseCases('f', text)[0]).toMatchObject(expected)
  })

  test('each NAME begins a case', () => {
    const cases = parseCases('f', 'NAME a\nPROG p\nEXPECT x\n\nNAME b\nPROG q\n')
    expect(cases).toEqual([
      { ...plain, name: 'a', line: 1, program: 'p', expect: 'x\n' },
      { ...plain, name: 'b', line: 5, program: 'q' },
    ])
  })

  test.each([
    ['an unknown field', 'NAME a\nPROGRAM p\n', 'f:2: expected one of NAME'],
    ['text before a field', '|x\n', 'f:1: text before the first field'],
    ['a case without a program', 'NAME a\n', 'f:1: a case needs NAME and PROG'],
    ['a field twice', 'NAME a\nPROG p\nEXIT 1\nEXIT 2\n', 'f:4: second EXIT'],
    ['an exit code that is no number', 'NAME a\nPROG p\nEXIT x\n', 'f:1: EXIT is not a number'],
    ['an unknown escape', 'NAME a\nPROG p\nEXPECT\n:\\q\n', 'f:4: unknown escape \\q'],
  ])('%s is an error', (_name, text, message) => {
    expect(() => parseCases('f', text)).toThrow(message)
  })
})

test('what is written is read back', () => {
  const word = fc.stringMatching(/^[!#-~]{1,8}( [!#-~]{1,8})?$/)
  const line = fc.stringMatching(/^[a-z]( ?[!-~]){0,20}$/)
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => String.fromCharCode(...array))
  const item = fc.record({
    name: line,
    line: fc.constant(1),
    args: fc.array(word, { maxLength: 3 }),
    words: fc.array(word, { maxLength: 3 }),
    program: fc.oneof(
      line,
      fc.array(line, { minLength: 1, maxLength: 3 }).map((lines) => `${lines.join('\n')}\n`),
    ),
    expect: bytes,
    expectStderr: fc.option(bytes, { nil: undefined }),
    exit: fc.nat(255),
    rows: fc.array(fc.integer({ min: 1, max: 250 }), { maxLength: 3 }),
    needs: fc.array(fc.stringMatching(/^[a-z]{1,6}$/), { maxLength: 2 }),
    differs: fc.option(line, { nil: undefined }),
  })
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 3 }), (cases) => {
      const read = parseCases('f', formatCases(cases))
      expect(read.map((one) => ({ ...one, line: 1 }))).toEqual(cases)
    }),
  )
})
