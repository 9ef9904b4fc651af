import { expect, test } from 'vitest'
import { helpText } from './help.ts'
import { OPTIONS, type OptionSpec } from './options.ts'

test('the help shows every option, and fits 80 columns', () => {
  const text = helpText()
  for (const { short, long } of Object.values<OptionSpec>(OPTIONS)) expect(text).toContain(`  ${short ?? long}`)
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80)
})
