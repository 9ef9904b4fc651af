import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { needs } from '../../../test/support/needs.ts'
import { sourceText } from '../../base/source-text.ts'
import { CSection } from '../../frontend/bpftrace/parser/c-section.ts'
import { parseScript } from '../../frontend/bpftrace/parser/script.ts'
import { type HeaderOptions, headersOf } from './headers.ts'

const folder = mkdtempSync(join(tmpdir(), 'borescope-headers-'))
afterAll(() => rmSync(folder, { recursive: true }))
mkdirSync(join(folder, 'more/sub'), { recursive: true })
writeFileSync(join(folder, 'own.h'), 'struct own { int a; };')
writeFileSync(join(folder, 'more/other.h'), '#include "sub/inner.h"\nstruct other { struct inner i; };')
writeFileSync(join(folder, 'more/sub/inner.h'), '#pragma once\nstruct inner { long b; };')

function recordsOf(text: string, options: HeaderOptions = {}): readonly string[] {
  const script = join(folder, 'script.bt')
  const result = parseScript(sourceText(script, `${text}\nBEGIN { }`), { c: new CSection(headersOf(script, options)) })
  if ('diagnostic' in result) throw new Error(result.diagnostic.message)
  return [...result.script.cTypes.records.keys()]
}

describe('headers', () => {
  it('are found beside the script, beside each other, and where -I says', () => {
    expect(recordsOf('#include "own.h"')).toEqual(['struct own'])
    expect(() => recordsOf('#include <own.h>')).toThrow("'own.h' file not found")
    expect(recordsOf('#include <other.h>', { includeDirectories: [join(folder, 'more')] })).toEqual(['struct inner', 'struct other'])
  })
  it('are read before the script where --include says', () => {
    expect(recordsOf('struct mine { struct own o; };', { includeFiles: [join(folder, 'own.h')] })).toEqual(['struct own', 'struct mine'])
    expect(recordsOf('', { includeFiles: [join(folder, 'own.h')] })).toEqual(['struct own'])
  })
  it('of the system can be read', (context) => {
    needs(context, { command: 'gcc' })
    expect(recordsOf('#include <sys/socket.h>\n#include <netinet/in.h>')).toContain('struct sockaddr_in')
  })
})
