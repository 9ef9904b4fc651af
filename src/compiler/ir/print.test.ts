import { expect, it } from 'vitest'
import { FunctionBuilder } from './builder.ts'
import { printFunction } from './print.ts'

it('prints every kind of instruction in one regular form', () => {
  const b = new FunctionBuilder('shown')
  const slot = b.stackSlot('my key', 16)
  b.zero(slot, 16)
  b.store(slot, b.lateConstant('start'), 8)
  const entry = b.call('map_lookup_elem', [b.map('@'), slot], 'ptr.map_value')
  b.when(b.isNotNull(entry), () => {
    b.atomic('add', entry, b.i64(-1))
    b.copy(slot, b.mapValue('cell', 4), 8, { target: 8 })
  })
  b.return(b.convert(b.convert(b.load('i64', b.context, 112), 'i8', { signed: false }), 'i64', { signed: true }))
  expect(printFunction(b.function)).toBe(
    [
      'function shown(%0: ptr.context) {',
      'entry.1:',
      '  %2: ptr.stack = stack_slot 16, "my key"',
      '  zero [%2 + 0], 16',
      '  %4: i64 = late_constant "start"',
      '  store [%2 + 8], %4',
      '  %6: ptr.map = map "@"',
      '  %7: ptr.map_value = call map_lookup_elem (%6, %2)',
      '  %8: i1 = compare ne %7, i64 0',
      '  branch %8, then.9, join.10',
      'then.9:',
      '  atomic add [%7 + 0], i64 -1',
      '  %12: ptr.map_value = map_value "cell", 4',
      '  copy [%2 + 8], [%12 + 0], 8',
      '  jump join.10',
      'join.10:',
      '  %14: i64 = load [%0 + 112]',
      '  %15: i8 = trunc %14',
      '  %16: i64 = sext %15',
      '  return %16',
      '}',
    ].join('\n'),
  )
})
