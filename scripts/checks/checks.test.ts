/**
 * Each check on a file that keeps its rule and on files that break it.
 */
import { describe, expect, test } from 'vitest'
import { checkDiagram, drawLayers, insertDiagram } from './architecture-diagram.ts'
import { checkComments } from './check-comments.ts'
import { checkCycles } from './check-cycles.ts'
import { checkDocuments, type Repository } from './check-documents.ts'
import { checkLayers } from './check-layers.ts'
import { checkSizes, FILE_LINES_MAX, FILE_LINES_WARNED, FUNCTION_LINES_MAX } from './check-sizes.ts'
import { formatFinding } from './finding.ts'
import type { Layers } from './layers.ts'
import { parseSourceFile } from './source-file.ts'

const LAYERS: Layers = {
  pure: ['base', 'format'],
  ffi: { package: 'koffi', only: 'kernel/sys/ffi.ts' },
  layers: {
    base: [],
    'format/asm': ['base'],
    'format/elf': ['base'],
    'kernel/sys': ['base'],
    'kernel/loader': ['base', 'format', 'kernel'],
    'index.ts': ['kernel/loader'],
  },
}

describe('layers', () => {
  const keeps: [name: string, path: string, text: string][] = [
    ['a downward import', 'src/format/asm/a.ts', "import { b } from '../../base/b.ts'"],
    ['an import within the layer', 'src/format/asm/a.ts', "import { b } from './deep/b.ts'"],
    ['a group of layers', 'src/kernel/loader/a.ts', "import { b } from '../../format/elf/b.ts'\nimport { c } from '../sys/c.ts'"],
    ['the FFI in its file', 'src/kernel/sys/ffi.ts', "import koffi from 'koffi'\nimport 'node:fs'"],
    ['a test of a pure layer', 'src/base/a.test.ts', "import 'node:fs'\nimport '../kernel/sys/c.ts'"],
    ['a local that is called like a global', 'src/base/a.ts', 'export const f = (process: { pid: number }) => process.pid'],
    ['a member that is called like a global', 'src/base/a.ts', 'export const f = (x: { process: { pid: number } }) => x.process.pid'],
    ['a Date of given numbers', 'src/base/a.ts', 'export const year = (ms: number) => new Date(ms + Date.UTC(1970, 0)).getUTCFullYear()'],
    ['a file as a layer', 'src/index.ts', "export { a } from './kernel/loader/a.ts'"],
  ]
  test.each(keeps)('%s is allowed', (_name, path, text) => {
    expect(checkLayers([parseSourceFile(path, text)], LAYERS)).toEqual([])
  })

  const breaks: [name: string, path: string, text: string, message: RegExp][] = [
    ['an upward import', 'src/base/a.ts', "import { b } from '../format/asm/b.ts'", /base may not import format\/asm/],
    ['a sideways import', 'src/format/asm/a.ts', "import { b } from '../elf/b.ts'", /format\/asm may not import format\/elf/],
    ['a type-only import', 'src/base/a.ts', "import type { B } from '../format/asm/b.ts'", /base may not import/],
    ['an import type', 'src/base/a.ts', "export type B = import('../format/asm/b.ts').B", /base may not import/],
    ['a lazy import', 'src/base/a.ts', "export const b = () => import('../format/asm/b.ts')", /base may not import/],
    ['a re-export', 'src/base/a.ts', "export * from '../format/asm/b.ts'", /base may not import/],
    ['an import of the front door', 'src/base/a.ts', "import { b } from '../index.ts'", /base may not import index.ts/],
    ['a node: import in a pure layer', 'src/base/a.ts', "import { readFileSync } from 'node:fs'", /pure layer and may not import node:fs/],
    ['a clock in a pure layer', 'src/base/a.ts', 'export const now = () => Date.now()', /pure layer and may not use Date/],
    ['a new Date in a pure layer', 'src/base/a.ts', 'export const now = () => new Date()', /may not use Date/],
    ['a timer in a pure layer', 'src/base/a.ts', 'setTimeout(() => {}, 1)', /may not use setTimeout/],
    ['the process in a pure layer', 'src/format/elf/a.ts', 'export const root = process.cwd()', /may not use process/],
    ['the FFI elsewhere', 'src/kernel/sys/bpf.ts', "import koffi from 'koffi'", /only src\/kernel\/sys\/ffi.ts may import koffi/],
    ['a file of no layer', 'src/misc/a.ts', 'export {}', /belongs to no layer/],
    ['a target of no layer', 'src/base/a.ts', "import '../misc/a.ts'", /belongs to no layer/],
  ]
  test.each(breaks)('%s is a finding', (_name, path, text, message) => {
    const findings = checkLayers([parseSourceFile(path, text)], LAYERS)
    expect(findings.map((finding) => finding.message)).toEqual([expect.stringMatching(message)])
  })

  test('a finding prints the offending line', () => {
    const file = parseSourceFile('src/base/a.ts', "// first\n  import { b } from '../format/asm/b.ts'\n")
    const [finding] = checkLayers([file], LAYERS)
    expect(finding && formatFinding(finding)).toBe(
      "src/base/a.ts:2: base may not import format/asm (layers.json)\n    import { b } from '../format/asm/b.ts'",
    )
  })
})

describe('cycles', () => {
  const parse = (files: Record<string, string>) => Object.entries(files).map(([path, text]) => parseSourceFile(path, text))

  test('a diamond is no circle', () => {
    const files = parse({
      'src/a.ts': "import './b.ts'\nimport './c.ts'",
      'src/b.ts': "import './d.ts'",
      'src/c.ts': "import './d.ts'",
      'src/d.ts': 'export {}',
    })
    expect(checkCycles(files)).toEqual([])
  })

  test('a circle of types is found, with the way round', () => {
    const files = parse({
      'src/start.ts': "import './a.ts'",
      'src/a.ts': "import type { B } from './b.ts'",
      'src/b.ts': "import type { C } from './c.ts'",
      'src/c.ts': "import type { A } from './a.ts'",
    })
    expect(checkCycles(files).map((finding) => finding.message)).toEqual([
      'closes a circle of imports: src/a.ts -> src/b.ts -> src/c.ts -> src/a.ts',
    ])
  })

  test('a file that imports itself is found', () => {
    expect(checkCycles(parse({ 'src/a.ts': "import './a.ts'" }))).toHaveLength(1)
  })
})

describe('sizes', () => {
  const lines = (count: number) => parseSourceFile('src/base/a.ts', 'export {}\n'.repeat(1) + '// line\n'.repeat(count - 1))
  const severities = (count: number, exceptions = {}) =>
    checkSizes([lines(count)], exceptions).map((finding) => finding.severity ?? 'error')

  test('a file is fine, warned about, refused', () => {
    expect(severities(FILE_LINES_WARNED)).toEqual([])
    expect(severities(FILE_LINES_WARNED + 1)).toEqual(['warning'])
    expect(severities(FILE_LINES_MAX)).toEqual(['warning'])
    expect(severities(FILE_LINES_MAX + 1)).toEqual(['error'])
  })

  test('a table may be long, and an exception that nobody needs is a finding', () => {
    expect(severities(FILE_LINES_MAX + 1, { 'src/base/a.ts': 'a table' })).toEqual([])
    expect(severities(10, { 'src/base/a.ts': 'a table' })).toEqual(['error'])
  })

  test('a function of one line too many is refused', () => {
    const text = (count: number) => `function f() {\n${'  f()\n'.repeat(count - 2)}}\n`
    expect(checkSizes([parseSourceFile('src/a.ts', text(FUNCTION_LINES_MAX))], {})).toEqual([])
    expect(checkSizes([parseSourceFile('src/a.ts', text(FUNCTION_LINES_MAX + 1))], {})).toHaveLength(1)
  })
})

describe('comments', () => {
  const HEADER = '/**\n * What this file answers for.\n */\n'
  const messages = (text: string, path = 'src/base/a.ts') => checkComments([parseSourceFile(path, text)]).map((finding) => finding.message)

  test.each([
    ['documented exports', `${HEADER}\n/** A. */\nexport const a = 1\n/** F. */\nexport function f() {}\n`],
    [
      'overloads with one comment',
      `${HEADER}\n/** F. */\nexport function f(a: string): void\nexport function f(a: number): void\nexport function f() {}\n`,
    ],
    ['lines under one comment', `${HEADER}\n/** Sizes. */\nexport const a = 1\nexport const b = 2\n`],
    ['re-exports', `${HEADER}export { b } from './b.ts'\n`],
    ['a kernel version', `${HEADER}\n/** A. @kernel 5.8 */\nexport const a = 1\n`],
    ['a launcher line', `#!/usr/bin/env node\n${HEADER}import './b.ts'\n`],
  ])('%s are fine', (_name, text) => {
    expect(messages(text)).toEqual([])
  })

  test.each([
    ['no header', "import './b.ts'\n", /header/],
    ['a doc comment in place of the header', '/** A. */\nexport const a = 1\n', /header/],
    ['an export without a comment', `${HEADER}\nexport const a = 1\n`, /export a has no doc comment/],
    ['an export after an empty line', `${HEADER}\n/** A. */\nexport const a = 1\n\nexport const b = 2\n`, /export b has no/],
    ['an interface without a comment', `${HEADER}\nexport interface I {}\n`, /export I has no/],
    ['a line comment', `${HEADER}\n// A.\nexport class K {}\n`, /export K has no/],
    ['a tag without version', `${HEADER}\n/** A. @kernel new */\nexport const a = 1\n`, /@kernel must name a version/],
  ])('%s is a finding', (_name, text, message) => {
    expect(messages(text)).toEqual([expect.stringMatching(message)])
  })

  test('a test beside its subject needs no header', () => {
    const subject = parseSourceFile('src/base/a.ts', `${HEADER}export {}\n`)
    expect(checkComments([subject, parseSourceFile('src/base/a.test.ts', 'a()\n')])).toEqual([])
    expect(checkComments([parseSourceFile('src/base/a.test.ts', 'a()\n')])).toHaveLength(1)
  })

  test('tests need a header only', () => {
    expect(messages(`${HEADER}\nexport const a = 1\n`, 'test/support/a.ts')).toEqual([])
  })
})

describe('documents', () => {
  const present = new Set(['docs/a.md', 'src/base', 'src/base/glob.ts', 'layers.json'])
  const repository: Repository = { exists: (path) => present.has(path), targets: new Set(['test']), scripts: new Set(['build']) }
  const messages = (text: string) => checkDocuments([{ path: 'docs/b.md', text }], repository).map((finding) => finding.message)

  test('what exists may be named', () => {
    expect(
      messages(
        '# A title\n[a](a.md) [t](#a-title) [x](https://example.org) `base/glob.ts` `src/base` `layers.json` `make test` `npm run build`\n',
      ),
    ).toEqual([])
  })

  test.each([
    ['an empty document', '\n', /missing or empty/],
    ['a dead link', '[a](c.md)', /leads nowhere: c.md/],
    ['a dead anchor', '[a](#nothing)', /no heading for #nothing/],
    ['a path that is gone', 'see `src/base/util.ts`', /there is no src\/base\/util.ts/],
    ['a layer path that is gone', 'see `kernel/sys/ffi.ts`', /there is no kernel\/sys\/ffi.ts/],
    ['a root file that is gone', 'see `sizes.json`', /there is no sizes.json/],
    ['a target that is gone', 'run `make all`', /no target all/],
    ['a script that is gone', 'run `npm run bless`', /no script bless/],
  ])('%s is a finding', (_name, text, message) => {
    expect(messages(text)).toEqual([expect.stringMatching(message)])
  })
})

describe('diagram', () => {
  const document = '# Title\n<!-- layers:begin (written by `npm run layers`) -->\nold\n<!-- layers:end -->\nend\n'

  test('arrows that follow from others are left out', () => {
    const arrows = drawLayers(LAYERS)
      .split('\n')
      .filter((line) => line.includes('-->'))
    expect(arrows.map((line) => line.trim()).sort()).toEqual([
      'format_asm --> base',
      'format_elf --> base',
      'index_ts --> kernel_loader',
      'kernel_loader --> format_asm',
      'kernel_loader --> format_elf',
      'kernel_loader --> kernel_sys',
      'kernel_sys --> base',
    ])
  })

  test('a stale diagram is a finding, a written one is not', () => {
    expect(checkDiagram(document, LAYERS)).toHaveLength(1)
    expect(checkDiagram(insertDiagram(document, LAYERS), LAYERS)).toEqual([])
    expect(() => insertDiagram('no markers', LAYERS)).toThrow(/markers/)
  })
})
