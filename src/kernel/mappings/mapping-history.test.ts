/**
 * What the kernel's records say, as bytes, and what follows from them: forks, execs, and mappings that take the place of others.
 */
import { describe, expect, it } from 'vitest'
import type { MappedFile } from '../procfs/processes.ts'
import { MappingHistory } from './mapping-history.ts'
import { type MappingChange, readMappingRecord } from './mapping-record.ts'

const mapping = (start: bigint, end: bigint, path: string): MappedFile => ({
  start,
  end,
  executable: true,
  fileOffset: 0,
  device: '08:01',
  inode: 7n,
  path,
})
const pathsOf = (history: MappingHistory, pid: number) => history.of(pid)?.map(({ path }) => path)

describe('history', () => {
  const map = (time: bigint, pid: number, one: MappedFile): MappingChange => ({ kind: 'map', time, pid, mapping: one })

  it('a child begins with what its parent has, and an exec with nothing', () => {
    const history = new MappingHistory()
    history.apply([
      map(1n, 5, mapping(0x1000n, 0x2000n, '/bin/sh')),
      { kind: 'fork', time: 2n, pid: 6, parent: 5 },
      { kind: 'exec', time: 3n, pid: 5 },
      map(4n, 5, mapping(0x5000n, 0x6000n, '/bin/x')),
    ])
    expect(pathsOf(history, 6)).toEqual(['/bin/sh'])
    expect(pathsOf(history, 5)).toEqual(['/bin/x'])
    expect(history.of(7)).toBeUndefined()
  })

  it('changes count by their time, whichever processor told them first', () => {
    const history = new MappingHistory()
    history.apply([map(9n, 5, mapping(0x5000n, 0x6000n, '/bin/x')), { kind: 'exec', time: 8n, pid: 5 }])
    expect(pathsOf(history, 5)).toEqual(['/bin/x'])
  })

  it('what is mapped over something takes its place', () => {
    const history = new MappingHistory()
    history.apply([map(1n, 5, mapping(0x3000n, 0x5000n, 'old')), map(2n, 5, mapping(0x1000n, 0x3000n, 'below'))])
    history.apply([map(3n, 5, mapping(0x4000n, 0x6000n, 'new'))])
    expect(pathsOf(history, 5)).toEqual(['below', 'new'])
  })
})

describe('records', () => {
  const record = (type: number, misc: number, fill: (view: DataView) => void, size: number) => {
    const body = new Uint8Array(size)
    const view = new DataView(body.buffer)
    fill(view)
    view.setBigUint64(size - 8, 77n, true)
    return { type, misc, body }
  }
  it('MMAP2', () => {
    const change = readMappingRecord(
      record(
        10,
        2,
        (view) => {
          view.setInt32(0, 42, true)
          view.setBigUint64(8, 0x400000n, true)
          view.setBigUint64(16, 0x1000n, true)
          view.setBigUint64(24, 0x2000n, true)
          view.setUint32(32, 0xfe, true)
          view.setBigUint64(40, 99n, true)
          view.setUint32(56, 5, true)
          for (const [index, letter] of [...'/bin/x'].entries()) view.setUint8(64 + index, letter.charCodeAt(0))
        },
        64 + 8 + 8,
      ),
    )
    const found = { start: 0x400000n, end: 0x401000n, executable: true, fileOffset: 0x2000, device: 'fe:00', inode: 99n, path: '/bin/x' }
    expect(change).toEqual({ kind: 'map', time: 77n, pid: 42, mapping: found })
  })
  const ids = (pid: number, parent: number) => (view: DataView) => {
    view.setInt32(0, pid, true)
    view.setInt32(4, parent, true)
  }
  it.each([
    ['a fork', record(7, 0, ids(6, 5), 32), { kind: 'fork', time: 77n, pid: 6, parent: 5 }],
    ['a new thread changes nothing', record(7, 0, ids(5, 5), 32), undefined],
    ['an exec', record(3, 0x2000, ids(5, 5), 32), { kind: 'exec', time: 77n, pid: 5 }],
    ['another name changes nothing', record(3, 0, ids(5, 5), 32), undefined],
    ['an exit changes nothing', record(4, 0, ids(5, 5), 32), undefined],
  ])('%s', (_, one, change) => expect(readMappingRecord(one)).toEqual(change))
})
