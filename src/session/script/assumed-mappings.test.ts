/**
 * When a script tells where the probed file was in a process that nobody looked at, and when it does not.
 */
import { expect, it } from 'vitest'
import { virtualOffset } from '../../base/address.ts'
import { readMaps } from '../../kernel/procfs/processes.ts'
import type { AttachPoint, UprobeSite } from '../../spec/attach-point.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { assumeMappings } from './assumed-mappings.ts'

const uprobe = (path: string, ...addresses: bigint[]): AttachPoint => ({
  kind: 'uprobe',
  path,
  sites: addresses.map((address) => ({ address: virtualOffset(address) }) as UprobeSite),
  return: false,
})
const objectOf = (...attach: AttachPoint[]) => ({ programs: [{ attach }] }) as unknown as ObjectSpec
/** The C library, wherever this machine has it. */
const LIBRARY = readMaps(process.pid)?.find(({ path }) => /\/libc[.-]/.test(path))?.path ?? ''

it('a page behind the only site that fits', () => {
  const assume = assumeMappings(objectOf(uprobe(LIBRARY, 0x1234n, 0x2238n), { kind: 'begin' }))
  const found = assume(0x7f0000001234n)
  expect(found?.length).toBeGreaterThan(0)
  expect(found?.every(({ start, executable }) => start >= 0x7f0000000000n && executable)).toBe(true)
  expect(assume(0x7f0000001235n)).toBeUndefined()
})

it.each([
  ['two sites fit', objectOf(uprobe(LIBRARY, 0x1234n, 0x2234n))],
  ['two files are probed', objectOf(uprobe(LIBRARY, 0x1234n), uprobe('/bin/sh', 0x1234n))],
  ['other processes are probed too', objectOf(uprobe(LIBRARY, 0x1234n), { kind: 'tracepoint', category: 'sched', event: 'sched_switch' })],
  ['no process is probed', objectOf({ kind: 'begin' })],
  ['the file is gone', objectOf(uprobe('/nowhere/at/all', 0x1234n))],
])('nothing when %s', (_, object) => expect(assumeMappings(object)(0x7f0000001234n)).toBeUndefined())
