import { describe, expect, it } from 'vitest'
import { frozenTypeSource } from '../../../test/support/frozen-type-source.ts'
import { sourceText } from '../../base/source-text.ts'
import { compileScript } from '../../frontend/bpftrace/compile.ts'
import type { DebugStage } from './script-options.ts'
import { displayStages } from './show-stages.ts'

function shown(...stages: readonly DebugStage[]): string {
  const texts: string[] = []
  const { hooks, showEnd } = displayStages(new Set(stages), (text) => texts.push(text))
  const { object } = compileScript(sourceText('s', 'BEGIN { @ = 1 + 2; }'), { typeSource: frozenTypeSource, ...hooks })
  if (object !== undefined) showEnd(object)
  return texts.join('')
}

describe('displayStages', () => {
  it('shows the program as a pass leaves it', () => {
    const text = shown('ir:fold')
    expect(text).toMatch(/^Behind fold:\nfunction begin_1/)
    expect(text).not.toContain('Program')
  })
  it('shows the times of passes, in their order', () => {
    expect(shown('passes')).toMatch(/^pass +runs +changed +ms\npromote-slots +\d+ +\d+ +\d+\.\d\d\nfold /)
  })
  it('shows source, program and code in the order of the compiler', () => {
    expect(shown('asm', 'ir', 'ast')).toMatch(/^.*function begin_1.*Program begin_1:\n0: /s)
  })
  it('refuses a pass that there is not, and names those that there are', () => {
    expect(() => displayStages(new Set(['ir:soup']), () => {})).toThrow(
      expect.objectContaining({ message: "there is no pass 'soup'", remedy: expect.stringContaining('share-reads') }),
    )
  })
})
