/**
 * A tracer in a process of its own, for tests that kill it or take its privileges away. It loads a program, attaches it to
 * the file and offset of its arguments, says on one line of JSON how that went, and stays.
 */
import { fileOffset, virtualOffset } from '../../src/base/address.ts'
import type { BorescopeError } from '../../src/base/errors.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import type { AttachPoint } from '../../src/spec/attach-point.ts'
import { counterMap, countRuns, object, program, ringMap } from './programs.ts'

const [path = '', offset = '0', ...disabledFeatures] = process.argv.slice(2)

const site = {
  symbol: 'work',
  offset: fileOffset(Number(offset)),
  address: virtualOffset(0n),
  placement: 'entry',
  execution: 'single-stepped',
  cookie: 0n,
} as const
const point: AttachPoint = { kind: 'uprobe', path, sites: [site], return: false }

try {
  const spec = object([counterMap('count'), ringMap('events')], [program('kprobe', countRuns(), [point])])
  const loaded = createKernelExecutor({ disabledFeatures }).load(spec, { constants: new Map() })
  loaded.drain('events', () => {})
  console.log(JSON.stringify({ attached: loaded.attach('test', point).siteCount }))
  setInterval(() => {}, 1000)
} catch (error) {
  const { message, code, remedy, missing } = error as BorescopeError & { missing?: readonly string[] }
  console.log(JSON.stringify({ message, code, remedy, missing }))
}
