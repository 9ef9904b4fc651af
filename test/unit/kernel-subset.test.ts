/**
 * docs/typescript-kernel-subset.md: each block compiles, or has the one mistake that it is said to have.
 */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { validateFunction } from '../../src/compiler/ir/validate.ts'
import { lowerText } from '../support/probe-functions.ts'

const PAGE = readFileSync(new URL('../../docs/typescript-kernel-subset.md', import.meta.url), 'utf8')
const BLOCKS = [...PAGE.matchAll(/^```ts *([a-z-]*)\n([\s\S]*?)^```$/gm)].map(([, mistake = '', body = '']) => ({ mistake, body }))

test('the page has both kinds of block', () => {
  expect(BLOCKS.filter(({ mistake }) => mistake === '').length).toBeGreaterThan(5)
  expect(BLOCKS.filter(({ mistake }) => mistake !== '').length).toBeGreaterThan(10)
})

test.each(BLOCKS)('$mistake: $body', ({ mistake, body }) => {
  const { fn, diagnostics } = lowerText(`(ctx) => {\n${body}}`)
  expect([...new Set(diagnostics.map(({ code }) => code))]).toEqual(mistake === '' ? [] : [mistake])
  if (fn !== undefined) validateFunction(fn)
})
