/**
 * What relocations become, against types made for it.
 */
import { describe, expect, test } from 'vitest'
import { program } from '../../../test/support/programs.ts'
import { InternalError, NotSupportedError } from '../../base/errors.ts'
import { sourceText } from '../../base/source-text.ts'
import { alu64, exit, immediate, load, loadImmediate64, mov64 } from '../../format/asm/construct.ts'
import type { Instruction } from '../../format/asm/instruction.ts'
import type { TypeQuestion } from '../../format/asm/type-relocation.ts'
import { Btf } from '../../format/btf/btf.ts'
import { BtfBuilder } from '../../format/btf/btf-builder.ts'
import { relocateInstructions } from './relocate.ts'

/**
 * struct inner { u32 first; s32 second : 5; s32 third : 20; };
 * struct packed { u32 most : 28; u32 odd : 8 across two words; };
 * struct outer { u64 head; union { u64 whole; struct { u32 low; u32 high; }; }; struct inner *next; struct inner all[3]; enum colour colour; struct later *later; }
 */
function types(): Btf {
  const builder = new BtfBuilder()
  const at = (name: string, type: number, bitOffset: number, bitSize = 0) => ({ name, type, bitOffset, bitSize })
  const u32 = builder.add({ kind: 'int', name: 'u32', size: 4, encoding: 'unsigned' })
  const u64 = builder.add({ kind: 'int', name: 'u64', size: 8, encoding: 'unsigned' })
  const s32 = builder.add({ kind: 'int', name: 's32', size: 4, encoding: 'signed' })
  const inner = builder.add({
    kind: 'struct',
    name: 'inner',
    size: 12,
    members: [at('first', u32, 0), at('second', s32, 32, 5), at('third', s32, 37, 20)],
  })
  const pointer = builder.add({ kind: 'pointer', name: '', type: builder.add({ kind: 'const', name: '', type: inner }) })
  const halves = builder.add({ kind: 'struct', name: '', size: 8, members: [at('low', u32, 0), at('high', u32, 32)] })
  const union = builder.add({ kind: 'union', name: '', size: 8, members: [at('whole', u64, 0), at('', halves, 0)] })
  const all = builder.add({ kind: 'array', element: inner, index: u32, count: 3 })
  const colour = builder.add({
    kind: 'enum',
    name: 'colour',
    size: 4,
    signed: true,
    values: [
      { name: 'RED', value: -2n },
      { name: 'GREEN', value: 3n },
    ],
  })
  builder.add({ kind: 'enum64', name: 'large', size: 8, signed: false, values: [{ name: 'HUGE', value: 1n << 40n }] })
  const declared = builder.add({ kind: 'forward', name: 'later', of: 'struct' })
  const later = builder.add({ kind: 'pointer', name: '', type: declared })
  const outer = builder.add({
    kind: 'struct',
    name: 'outer',
    size: 76,
    members: [
      at('head', u64, 0),
      at('', union, 64),
      at('next', pointer, 128),
      at('all', all, 192),
      at('colour', colour, 480),
      at('later', later, 512),
    ],
  })
  builder.add({ kind: 'struct', name: 'packed', size: 8, members: [at('most', u32, 0, 28), at('odd', u32, 28, 8)] })
  builder.add({ kind: 'typedef', name: 'outer_t', type: outer })
  builder.add({ kind: 'struct', name: 'later', size: 8, members: [at('end', u64, 0)] })
  return new Btf(builder.finish(), 'test types')
}

const asks = (question: TypeQuestion, path: string, instruction: Instruction = loadImmediate64(0, 0n)): Instruction => ({
  ...instruction,
  relocation: { question, path },
})
const relocated = (instruction: Instruction) => relocateInstructions(program('kprobe', [instruction, exit()]), types)[0]

test.for<[question: TypeQuestion, path: string, answer: bigint]>([
  ['field_offset', 'outer.head', 0n],
  ['field_offset', 'outer.whole', 8n],
  ['field_offset', 'outer.high', 12n],
  ['field_offset', 'outer_t.high', 12n],
  ['field_offset', 'outer.all[2].first', 48n],
  ['field_offset', 'outer.next->third', 4n],
  ['field_offset', 'outer.later->end', 0n],
  ['field_size', 'outer.head', 8n],
  ['field_size', 'outer.all', 36n],
  ['field_size', 'outer.all[0]', 12n],
  ['field_size', 'outer.next', 8n],
  ['field_size', 'inner.second', 4n],
  ['field_size', 'packed.odd', 8n],
  ['field_offset', 'packed.odd', 0n],
  ['field_signed', 'inner.second', 1n],
  ['field_signed', 'inner.first', 0n],
  ['field_signed', 'outer.colour', 1n],
  ['field_left_shift', 'outer.head', 0n],
  ['field_right_shift', 'outer.head', 0n],
  ['field_left_shift', 'inner.first', 32n],
  ['field_right_shift', 'inner.first', 32n],
  ['field_left_shift', 'inner.second', 59n],
  ['field_right_shift', 'inner.second', 59n],
  ['field_left_shift', 'inner.third', 39n],
  ['field_right_shift', 'inner.third', 44n],
  ['field_exists', 'outer.low', 1n],
  ['field_exists', 'outer.lower', 0n],
  ['field_exists', 'nothing.low', 0n],
  ['field_exists', 'outer.head.low', 0n],
  ['field_exists', 'outer.head->low', 0n],
  ['field_exists', 'outer.all[3]', 0n],
  ['type_size', 'outer_t', 76n],
  ['type_size', 'colour', 4n],
  ['type_exists', 'inner', 1n],
  ['type_exists', 'outside', 0n],
  ['type_id', 'inner', 4n],
  ['enum_value', 'colour.RED', -2n],
  ['enum_value', 'large.HUGE', 1n << 40n],
  ['enum_value_exists', 'colour.GREEN', 1n],
  ['enum_value_exists', 'colour.BLUE', 0n],
  ['enum_value_exists', 'odour.BLUE', 0n],
])('%s of %s is %s', ([question, path, answer]) => expect(relocated(asks(question, path))?.imm).toBe(answer))

test.for<[name: string, value: bigint, bytes: bigint, path: string]>([
  ['five bits', -3n, (-3n & 31n) | (7n << 5n), 'second'],
  ['twenty bits above them', -70_000n, 9n | ((-70_000n & 0xfffffn) << 5n), 'third'],
])('the shifts leave %s alone', ([, value, bytes, path]) => {
  const [left, right] = (['field_left_shift', 'field_right_shift'] as const).map(
    (question) => relocated(asks(question, `inner.${path}`))!.imm,
  )
  expect(BigInt.asIntN(64, bytes << left!) >> right!).toBe(value)
})

test('the answer goes where the instruction has room for it', () => {
  expect(relocated(asks('field_offset', 'outer.high', mov64(1, immediate(0))))).toMatchObject({ imm: 12n, offset: 0 })
  expect(relocated(asks('field_offset', 'outer.high', alu64('add', 1, immediate(0))))).toMatchObject({ imm: 12n, offset: 0 })
  expect(relocated(asks('field_offset', 'outer.high', load(1, { base: 2, offset: 0, bytes: 4 })))).toMatchObject({ imm: 0n, offset: 12 })
  expect(() => relocated(asks('enum_value', 'large.HUGE', mov64(1, immediate(0))))).toThrow(InternalError)
})

describe('what this kernel has not', () => {
  const message = (question: TypeQuestion, path: string) => {
    const span = { start: 8, end: 12 }
    const spec = { ...program('kprobe', [{ ...asks(question, path), span }, exit()]), source: sourceText('a.bt', 'BEGIN\n{ x }\n') }
    try {
      relocateInstructions(spec, types)
    } catch (error) {
      expect(error).toBeInstanceOf(NotSupportedError)
      return (error as Error).message
    }
    throw new Error('it was relocated')
  }
  test.for<[question: TypeQuestion, path: string, text: string]>([
    ['field_offset', 'outer.hed', 'struct outer has no hed; did you mean head?'],
    ['field_size', 'outer.all[1].firts', 'struct inner has no firts; did you mean first?'],
    ['field_offset', 'outer.head.x', 'head is no struct'],
    ['field_offset', 'outer.head->x', 'head is no pointer'],
    ['field_offset', 'outer.next.first', 'next is no struct'],
    ['field_offset', 'outer.all[7]', 'all has 3 elements'],
    ['field_offset', 'outer.head[0]', 'head is no array'],
    ['type_size', 'iner', 'there is no struct iner; did you mean inner?'],
    ['enum_value', 'colour.GREEM', 'enum colour has no GREEM; did you mean GREEN?'],
    ['enum_value', 'color.RED', 'there is no enum color; did you mean colour?'],
  ])('%s of %s', ([question, path, text]) =>
    expect(message(question, path)).toBe(`${path} is not supported here: in this kernel ${text} (a.bt:2:3)`),
  )
})

test('a path that is none is a bug', () => {
  for (const path of ['', '.x', 'outer.', 'outer->', 'outer[x]', 'outer x'])
    expect(() => relocated(asks('field_offset', path))).toThrow(InternalError)
})

test('without a question the types are not looked at', () => {
  const spec = program('kprobe', [exit()])
  expect(relocateInstructions(spec, () => expect.fail())).toBe(spec.instructions)
})
