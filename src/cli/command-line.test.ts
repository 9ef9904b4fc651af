import { describe, expect, it } from 'vitest'
import { UsageError } from '../base/errors.ts'
import { parseCommandLine } from './command-line.ts'

const parse = (...words: string[]) => parseCommandLine(words)

describe('command line', () => {
  it('takes a script file and its parameters', () => {
    expect(parse('counter.bt', '10', 'abc')).toMatchObject({ kind: 'run-file', file: 'counter.bt', parameters: ['10', 'abc'] })
  })
  it('takes program text, with the words behind it as parameters', () => {
    expect(parse('-e', 'BEGIN { exit() }', '7')).toMatchObject({ kind: 'run-text', program: 'BEGIN { exit() }', parameters: ['7'] })
  })
  it('takes options before and behind the file', () => {
    expect(parse('-q', 'x.bt', '-f', 'json', '-p', '12')).toMatchObject({ options: { quiet: true, format: 'json', pid: 12 } })
  })
  it('leaves words behind -- to the script', () => {
    expect(parse('x.bt', '--', '--fast')).toMatchObject({ parameters: ['--fast'] })
  })
  it('lists with a pattern, and everything without', () => {
    expect(parse('-l', 'uprobe:/bin/true:*')).toMatchObject({ kind: 'list', pattern: 'uprobe:/bin/true:*' })
    expect(parse('-l')).toMatchObject({ kind: 'list', pattern: '*' })
  })
  it('joins debug stages', () => {
    const line = parse('-d', 'ast,ir:fold', '-d', 'asm', '-e', 'BEGIN{}')
    expect(line.kind === 'run-text' && [...line.options.debugStages]).toEqual(['ast', 'ir:fold', 'asm'])
  })
  it('collects features to do without, and keeps none by default', () => {
    expect(parse('--no-feature', 'uprobe_multi', '-e', 'BEGIN{}')).toMatchObject({ options: { disabledFeatures: ['uprobe_multi'] } })
    expect(parse('-e', 'BEGIN{}')).toMatchObject({ options: { disabledFeatures: [] } })
  })
  it('reads where headers are, in order', () => {
    const options = { includeDirectories: ['a', 'b'], includeFiles: ['x.h', 'y.h'] }
    expect(parse('-I', 'a', '--include', 'x.h', '-Ib', '--include=y.h', '-e', 'BEGIN{}')).toMatchObject({ options })
  })
  it('reads values in the same word, and flags joined', () => {
    const same = parse('-p', '12', '-q', '-f', 'json', '-e', 'BEGIN{}')
    expect(parse('-p12', '-qfjson', '-eBEGIN{}')).toEqual(same)
    expect(parse('--pid=12', '--quiet', '--format=json', '-e', 'BEGIN{}')).toEqual(same)
    expect(parse('--list=uprobe:/bin/true:*')).toEqual(parse('-luprobe:/bin/true:*'))
  })
  it('takes a value that looks like an option, and the last of many', () => {
    expect(parse('-e', '-q', '-o', '--x', '-o', 'y')).toMatchObject({ program: '-q', options: { outputFile: 'y', quiet: false } })
  })
  it('leaves standard input and negative numbers to the script', () => {
    expect(parse('-', '-5')).toMatchObject({ kind: 'run-file', file: '-', parameters: ['-5'] })
  })
  it.each([
    ['-h', 'help'],
    ['--help', 'help'],
    ['-V', 'version'],
    ['--version', 'version'],
  ])('%s asks for the %s, whatever else is there', (word, kind) => {
    expect(parse('-q', word, '-e', 'BEGIN{}')).toEqual({ kind })
  })
  it.each([
    ['nothing to run', []],
    ['an unknown option', ['--nosuch']],
    ['an unknown short option', ['-qx', '-e', 'BEGIN{}']],
    ['a value that is missing', ['-e']],
    ['a value where none is taken', ['--quiet=yes', '-e', 'BEGIN{}']],
    ['a stage that is none', ['-d', 'soup', '-e', 'BEGIN{}']],
    ['a pid that is none', ['-p', 'abc', '-e', 'BEGIN{}']],
    ['both a process and a command', ['-p', '1', '-c', 'true', '-e', 'BEGIN{}']],
    ['a format that is none', ['-f', 'xml', '-e', 'BEGIN{}']],
  ])('refuses %s', (_name, words) => {
    expect(() => parse(...words)).toThrow(UsageError)
  })
  it('guesses what was meant, in one sentence', () => {
    expect(() => parse('--verbos')).toThrow(
      expect.objectContaining({
        message: "unknown option '--verbos'",
        remedy: 'did you mean --verbose? borescope --help lists the options',
      }),
    )
  })
})
