/**
 * Language that bpftrace has and we do not have yet, by the feature table: each is refused by a diagnostic that names it and
 * marks it, never by a crash or a wrong answer. A row goes when its feature comes.
 */

import { describe, expect, test } from 'vitest'
import { formatDiagnostic } from '../../src/base/diagnostic.ts'
import { sourceText } from '../../src/base/source-text.ts'
import { compileScript } from '../../src/frontend/bpftrace/compile.ts'
import { frozenTypeSource } from '../support/frozen-type-source.ts'
import { validateProgram } from '../support/validate-program.ts'

/** The program, what is marked in it, and what is said of it. */
const ROWS: readonly (readonly [program: string, marked: string, message: string])[] = [
  [
    'fn f($a: int64) : int64 { return $a + 1; } BEGIN { print(f(1)) }',
    'fn f($a: int64) : int64 { return $a + 1; }',
    "a function ('fn') is not supported yet",
  ],
  ['import "lib.bt"; BEGIN { }', 'import "lib.bt";', "'import' is not supported yet"],
  ['BEGIN { print(path(0)) }', 'path(0)', "the function 'path' is not supported yet"],
  ['BEGIN { override(1) }', 'override(1)', "the function 'override' is not supported yet"],
  ['BEGIN { print(comm(1)) }', 'comm(1)', "'comm' with an argument is not supported yet"],
  ['kprobe:vfs_read { print(1) }', 'kprobe', "the probe type 'kprobe' is not supported yet"],
  ['kretprobe:vfs_read { print(1) }', 'kretprobe', "the probe type 'kretprobe' is not supported yet"],
  ['fentry:vfs_read { print(1) }', 'fentry', "the probe type 'fentry' is not supported yet"],
  ['fexit:vfs_read { print(1) }', 'fexit', "the probe type 'fexit' is not supported yet"],
  ['kfunc:vfs_read { print(1) }', 'kfunc', "the probe type 'fentry' is not supported yet"],
  ['bench:foo { print(1) }', 'bench', "the probe type 'bench' is not supported yet"],
  ['uprobe:/frozen/native@main.c:5 { print(1) }', '/frozen/native@main.c', 'a probe on a source line is not supported yet'],
  ['k*:vfs_read { print(1) }', 'k*', 'a wildcard in the type of a probe is not supported yet'],
]

describe('what the language does not have yet is named', () => {
  test.each(ROWS)('%s', (program, marked, message) => {
    const { object, diagnostics } = compileScript(sourceText('stdin', program), {
      typeSource: frozenTypeSource,
      onFunction: validateProgram,
    })
    const found = diagnostics.find((diagnostic) => diagnostic.severity === 'error')
    expect(object).toBeUndefined()
    expect(found).toMatchObject({ message })
    expect(found && program.slice(found.span.start, found.span.end)).toBe(marked)
    expect(found && formatDiagnostic(found)).toMatch(/^stdin:1:\d+-\d+: ERROR: .*not supported yet\n.*\n *~+/)
  })
})
