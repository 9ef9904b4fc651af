/**
 * BTF that was cut or changed gives types or a `FormatError`: no other error, and no endless loop.
 */
import fc from 'fast-check'
import { test } from 'vitest'
import { FormatError } from '../../src/base/errors.ts'
import { Btf } from '../../src/format/btf/btf.ts'
import { BtfBuilder } from '../../src/format/btf/btf-builder.ts'
import { findMember, memberNames } from '../../src/format/btf/find-member.ts'
import { sizeOfType } from '../../src/format/btf/type-size.ts'
import { numberOfRuns } from '../support/runs.ts'

const RUNS = numberOfRuns({ short: 3000, long: 100_000 })

function wholeBtf(): Uint8Array {
  const builder = new BtfBuilder()
  const int = builder.add({ kind: 'int', name: 'int', size: 4, encoding: 'signed' })
  const array = builder.add({ kind: 'array', element: int, index: int, count: 7 })
  const inner = builder.add({ kind: 'union', name: '', size: 28, members: [{ name: 'all', type: array, bitOffset: 0, bitSize: 0 }] })
  const members = [
    { name: '', type: inner, bitOffset: 0, bitSize: 0 },
    { name: 'last', type: int, bitOffset: 224, bitSize: 0 },
  ]
  const outer = builder.add({ kind: 'struct', name: 'outer', size: 32, members })
  builder.add({ kind: 'pointer', name: '', type: outer })
  return builder.finish()
}
const WHOLE = wholeBtf()

function readAll(bytes: Uint8Array): void {
  const btf = new Btf(bytes, 'damaged')
  const last = Math.min(btf.lastId, 50)
  for (let id = 0; id <= last; id++) {
    const type = btf.type(id)
    sizeOfType(btf, id)
    if (type?.kind !== 'struct' && type?.kind !== 'union') continue
    findMember(btf, type, 'last')
    memberNames(btf, type)
  }
  btf.find('struct', 'outer')
  btf.names('int')
}

function onlyFormatErrors(body: () => void): void {
  try {
    body()
  } catch (error) {
    if (!(error instanceof FormatError)) throw error
  }
}

const changes = fc.array(fc.record({ at: fc.nat(WHOLE.length - 1), value: fc.oneof(fc.nat(8), fc.nat(255)) }), { maxLength: 6 })

test('damaged BTF', () => {
  const property = fc.property(changes, fc.integer({ min: 0, max: WHOLE.length }), fc.boolean(), (all, keep, cut) => {
    const bytes = WHOLE.slice()
    for (const { at, value } of all) bytes[at] = value
    onlyFormatErrors(() => readAll(cut ? bytes.slice(0, keep) : bytes))
  })
  fc.assert(property, { numRuns: RUNS })
})

test('any bytes', () => {
  const start = [...WHOLE.subarray(0, 8)]
  const property = fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, withMagic) => {
    onlyFormatErrors(() => readAll(withMagic ? Uint8Array.from([...start, ...bytes]) : bytes))
  })
  fc.assert(property, { numRuns: RUNS })
})
