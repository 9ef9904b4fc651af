import { describe, expect, it } from 'vitest'
import type { LoadedMap } from '../../spec/executor.ts'
import type { MapView } from '../../spec/map-spec.ts'
import { UINT64 } from '../../spec/types/type.ts'
import { clearMap, zeroMap } from './map-actions.ts'

/** A map of the test: entries by key, deletable only when it is a hash. */
function fakeMap(
  entries: Record<number, number[][]>,
  options: { readonly deletable: boolean },
): LoadedMap & { readonly state: () => unknown } {
  const contents = new Map<number, readonly Uint8Array[]>(
    Object.entries(entries).map(([key, values]) => [Number(key), values.map((bytes) => Uint8Array.from(bytes))]),
  )
  const keyOf = (key: Uint8Array): number => key[0] ?? -1
  return {
    lookup: (key) => contents.get(keyOf(key)),
    update: (key, values) => void contents.set(keyOf(key), [...values]),
    delete: (key) => {
      if (!options.deletable) throw new Error('EINVAL: an array has no delete')
      return contents.delete(keyOf(key))
    },
    entries: () => [...contents].map(([key, values]) => ({ key: Uint8Array.of(key), values })),
    state: () => [...contents].map(([key, values]) => [key, values.map((bytes) => [...bytes])]),
  }
}

const plain = { kind: 'plain', type: UINT64 } as const
const cell: MapView = { name: '@', storage: 'cell', perCpu: false, value: plain, presentOffset: 2 }
const entries: MapView = { name: '@', storage: 'entries', perCpu: true, key: UINT64, value: plain }

describe('map actions', () => {
  it('clear makes a cell absent, which an array can only do with zeros', () => {
    const map = fakeMap({ 0: [[7, 7, 1]] }, { deletable: false })
    clearMap(map, cell)
    expect(map.state()).toEqual([[0, [[0, 0, 0]]]])
  })
  it('clear deletes entries', () => {
    const map = fakeMap({ 1: [[7], [8]], 2: [[9], [0]] }, { deletable: true })
    clearMap(map, entries)
    expect(map.state()).toEqual([])
  })
  it('zero keeps a cell present', () => {
    const map = fakeMap({ 0: [[7, 7, 1]] }, { deletable: false })
    zeroMap(map, cell)
    expect(map.state()).toEqual([[0, [[0, 0, 1]]]])
  })
  it('zero keeps the keys, on every CPU', () => {
    const map = fakeMap({ 1: [[7], [8]], 2: [[9], [1]] }, { deletable: true })
    zeroMap(map, entries)
    expect(map.state()).toEqual([
      [1, [[0], [0]]],
      [2, [[0], [0]]],
    ])
  })
})
