import { expect, test } from 'vitest'
import { FormatError } from '../../base/errors.ts'
import { StringTable } from './string-table.ts'

const table = new StringTable(new TextEncoder().encode('\0main\0größe·x\0end\0tail'), 'table')

test.each([
  [0, ''],
  [1, 'main'],
  [3, 'in'],
  [6, 'größe·x'],
  [17, 'end'],
  [20, ''],
])('the string at offset %i', (offset, text) => {
  expect(table.textAt(offset)).toBe(text)
})

test.each([-1, 21, 24, 25, 1000])('no string at offset %d', (offset) => {
  expect(() => table.textAt(offset)).toThrow(FormatError)
})
