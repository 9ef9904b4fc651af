/**
 * Readers of /proc and /sys: their texts as tables, and this very process as the live case.
 */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FormatError } from '../../base/errors.ts'
import { bootTimeNs, readClock } from './clock.ts'
import { parseCpuList, possibleCpuCount, readOnlineCpus } from './cpus.ts'
import { isAtLeast, parseKernelVersion } from './kernel-version.ts'
import { findMount, parseMountInfo } from './mounts.ts'
import { isAlive, parseMaps, parseStatus, readMaps, readStatus, readThreads } from './processes.ts'

describe('CPU lists', () => {
  test.for<[string, number[]]>([
    ['0\n', [0]],
    ['0-3\n', [0, 1, 2, 3]],
    ['0-1,4,6-7\n', [0, 1, 4, 6, 7]],
    ['\n', []],
  ])('%j', ([text, cpus]) => expect(parseCpuList(text)).toEqual(cpus))

  test.for(['x', '1-', '1,,2', '-3'])('%j is refused', (text) => expect(() => parseCpuList(text)).toThrow(FormatError))

  test('any list of ranges is the CPUs in them', () => {
    const range = fc.tuple(fc.nat(500), fc.nat(20)).map(([first, more]) => [first, first + more] as const)
    fc.assert(
      fc.property(fc.array(range, { minLength: 1 }), (ranges) => {
        const expected = ranges.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, i) => first + i))
        expect(parseCpuList(ranges.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`)).join(','))).toEqual(expected)
      }),
    )
  })

  test('online CPUs are possible ones', () => {
    expect(readOnlineCpus().length).toBeGreaterThan(0)
    expect(readOnlineCpus().length).toBeLessThanOrEqual(possibleCpuCount())
  })
})

describe('kernel versions', () => {
  test.for<[string, string, boolean]>([
    ['6.18.44-generic', '6.6', true],
    ['5.8.0', '5.8', true],
    ['5.15.0-92', '5.8', true],
    ['5.4.0', '5.8', false],
    ['4.19.0', '5.4', false],
    ['6.0.0-rc1', '5.19', true],
  ])('%s is at least %s: %s', ([version, since, answer]) =>
    expect(isAtLeast(parseKernelVersion(version), parseKernelVersion(since))).toBe(answer),
  )

  test('what is no version is refused', () => expect(() => parseKernelVersion('unknown')).toThrow(FormatError))
})

describe('mountinfo', () => {
  const text = [
    '23 1 254:0 / / rw,relatime - ext4 /dev/root rw',
    '36 31 0:34 / /sys/fs/cgroup/blkio rw shared:9 - cgroup cgroup rw,blkio',
    '41 31 0:38 /docker/abc /mnt/inner rw - cgroup2 cgroup2 rw',
    '38 31 0:38 / /mnt/with\\040space rw shared:11 master:2 - cgroup2 cgroup2 rw',
    'nonsense',
  ].join('\n')

  test('finds the root of a file system wherever it is mounted', () => {
    expect(findMount('cgroup2', parseMountInfo(text))).toEqual({ path: '/mnt/with space', root: '/', type: 'cgroup2' })
    expect(findMount('tracefs', parseMountInfo(text))).toBeUndefined()
  })
})

describe('processes', () => {
  test('reads a status whose name has spaces and parentheses', () => {
    const text = 'Name:\tweird) name\nState:\tT (stopped)\nTgid:\t12\nPid:\t13\nPPid:\t1\nUid:\t1000\t0\t0\t0\n'
    expect(parseStatus(text)).toEqual({ name: 'weird) name', state: 'T', threadGroup: 12, parent: 1, uid: 1000 })
  })

  test('reads mapped files, and leaves out what is none', () => {
    const text = [
      '55d0c0a00000-55d0c0a01000 r-xp 00001000 fe:00 1234                       /usr/bin/with space',
      '7ffd1000-7ffd2000 rw-p 00000000 00:00 0                                  [stack]',
      '7f0000000000-7f0000001000 rw-p 00000000 00:00 0',
      '7f0000002000-7f0000003000 r--p 00000000 fe:00 99                         /tmp/gone (deleted)',
      '7ffd5000-7ffd7000 r-xp 00000000 00:00 0                                  [vdso]',
    ].join('\n')
    expect(parseMaps(text)).toEqual([
      {
        start: 0x55d0c0a00000n,
        end: 0x55d0c0a01000n,
        executable: true,
        fileOffset: 0x1000,
        device: 'fe:00',
        inode: 1234n,
        path: '/usr/bin/with space',
      },
      {
        start: 0x7f0000002000n,
        end: 0x7f0000003000n,
        executable: false,
        fileOffset: 0,
        device: 'fe:00',
        inode: 99n,
        path: '/tmp/gone (deleted)',
      },
      { start: 0x7ffd5000n, end: 0x7ffd7000n, executable: true, fileOffset: 0, device: '00:00', inode: 0n, path: '[vdso]' },
    ])
  })

  test('this process is alive, and has this executable mapped', () => {
    expect(isAlive(process.pid)).toBe(true)
    expect(readStatus(process.pid)).toMatchObject({ threadGroup: process.pid, parent: process.ppid, uid: process.getuid?.() })
    expect(readMaps(process.pid)?.some(({ path, executable }) => executable && path === process.execPath)).toBe(true)
    expect(readThreads(process.pid)).toContain(process.pid)
  })

  test('a process that is not there is a miss', () => {
    const nobody = 0x3fff_ff00
    expect([isAlive(nobody), readStatus(nobody), readMaps(nobody), readThreads(nobody)]).toEqual([false, undefined, undefined, []])
  })
})

test('clocks go on, and the boot clock is never behind the monotonic one', () => {
  const [monotonic, boot, later] = [readClock('monotonic'), bootTimeNs(), readClock('monotonic')]
  expect(later).toBeGreaterThan(monotonic)
  expect(boot).toBeGreaterThanOrEqual(monotonic)
  const drift = Number(readClock('realtime') / 1_000_000n) - Date.now()
  expect(Math.abs(drift)).toBeLessThan(1000)
})
