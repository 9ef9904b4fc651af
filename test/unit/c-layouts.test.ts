/**
 * The layouts of C structs are those that a compiler gives them: of all structs and unions of headers of the system, gcc is asked for
 * the size and the place of each member.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { sourceText } from '../../src/base/source-text.ts'
import { CSection } from '../../src/frontend/bpftrace/parser/c-section.ts'
import { parseScript } from '../../src/frontend/bpftrace/parser/script.ts'
import type { CRecord } from '../../src/frontend/c/c-types.ts'
import { headersOf } from '../../src/session/script/headers.ts'
import { needs } from '../support/needs.ts'

const folder = mkdtempSync(join(tmpdir(), 'borescope-layouts-'))
afterAll(() => rmSync(folder, { recursive: true }))

const HEADERS = ['linux/bpf.h', 'linux/perf_event.h', 'linux/tcp.h', 'linux/fs.h', 'netinet/ip.h', 'sys/stat.h', 'signal.h', 'pthread.h']
const ODD = `struct odd {
  char a; int b : 3; unsigned c : 30; long d : 33; char e __attribute__((aligned(4))); short f __attribute__((packed));
  struct { char g; union { int h; char i[5]; }; } __attribute__((packed)); int j : 1; int : 0; char k; long double l; _Bool m;
};
struct __attribute__((packed)) tight { char a; int b : 9; int c : 20; long d; };`

it.for([...HEADERS.map((header) => `#include <${header}>`), ODD])('%s', (text, context) => {
  needs(context, { command: 'gcc' })
  const result = parseScript(sourceText('test', `${text}\nBEGIN { }`), { c: new CSection(headersOf('test', {})) })
  if ('diagnostic' in result) throw new Error(result.diagnostic.message)
  const records = [...result.script.cTypes.records.values()].filter(isNamed)
  expect(records.length).toBeGreaterThan(0)
  expect(records.map(layoutOf)).toEqual(compiledLayouts(text, records))
})

const isNamed = ({ type, members }: CRecord): boolean => members !== undefined && !type.name.includes('anonymous')
/** What offsetof can be asked for. */
const membersOf = ({ members = [] }: CRecord) => members.filter(({ bits }) => bits === undefined)
const layoutOf = (record: CRecord): string =>
  [record.type.name, record.type.size, ...membersOf(record).map(({ name, offset }) => `${name}@${offset}`)].join(' ')

function compiledLayouts(text: string, records: readonly CRecord[]): readonly string[] {
  const lines = records.map((record) => {
    const { name } = record.type
    const format = [`${name} %zu`, ...membersOf(record).map((member) => `${member.name}@%zu`)].join(' ')
    const values = [`sizeof(${name})`, ...membersOf(record).map((member) => `__builtin_offsetof(${name}, ${member.name})`)]
    return `printf("${format}\\n", ${values.join(', ')});`
  })
  const source = join(folder, 'layouts.c')
  writeFileSync(source, `${text}\n#include <stdio.h>\nint main(void) { ${lines.join('\n')} }\n`)
  execFileSync('gcc', ['-w', '-o', join(folder, 'layouts'), source])
  return execFileSync(join(folder, 'layouts'), { encoding: 'utf8' }).trim().split('\n')
}
