import { describe, expect, it } from 'vitest'
import { computeDominators, dominanceFrontiers, loopDepths } from './dominators.ts'
import { type Block, constant, type IrFunction } from './ir.ts'

/** A function from edges: `a: ['b', 'c']` branches, one target jumps, none returns. */
function graph(edges: Readonly<Record<string, readonly string[]>>): { fn: IrFunction; block: (name: string) => Block } {
  const names = Object.keys(edges)
  const blocks = names.map((name, id): Block => ({ id, name, instructions: [], terminator: undefined }))
  const block = (name: string) => blocks[names.indexOf(name)] as Block
  for (const [name, [first, second]] of Object.entries(edges)) {
    if (first === undefined) block(name).terminator = { kind: 'return', value: constant('i64', 0) }
    else if (second === undefined) block(name).terminator = { kind: 'jump', target: block(first) }
    // biome-ignore lint/suspicious/noThenProperty: a side of a branch; nothing awaits this
    else block(name).terminator = { kind: 'branch', condition: constant('i1', 1), then: block(first), otherwise: block(second) }
  }
  return { fn: { name: 'g', parameters: [], blocks, nextId: 100 }, block }
}

describe('dominators', () => {
  const { fn, block } = graph({ a: ['b', 'c'], b: ['d'], c: ['d'], d: ['e', 'f'], e: ['d'], f: [], lost: ['d'] })
  const dominators = computeDominators(fn)

  it.each([
    ['a', undefined],
    ['b', 'a'],
    ['c', 'a'],
    ['d', 'a'],
    ['e', 'd'],
    ['f', 'd'],
    ['lost', undefined],
  ])('of %s is %s', (name, parent) => {
    expect(dominators.immediate(block(name))?.name).toBe(parent)
  })
  it('order puts blocks before what they lead to', () => {
    expect(dominators.order.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
  })
  it('frontiers are the joins', () => {
    const frontiers = dominanceFrontiers(fn, dominators)
    const names = (name: string) => [...(frontiers.get(block(name)) ?? [])].map((join) => join.name)
    expect([names('a'), names('b'), names('c'), names('d'), names('e')]).toEqual([[], ['d'], ['d'], ['d'], ['d']])
  })
  it('loops are found', () => {
    const depths = loopDepths(fn, dominators)
    expect(['a', 'd', 'e', 'f'].map((name) => depths.get(block(name)))).toEqual([0, 1, 1, 0])
  })
})
