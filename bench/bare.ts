/**
 * The least that a uprobe can cost. Runs until SIGINT. Usage: bare.ts TARGET [ADDRESS]
 *
 * Without an address: perf_event_open on the function and an empty program, nothing else. With one: a program that copies the
 * eight bytes there to its stack and ends, by one uprobe_multi link: what any tracer that reads the counter must pay.
 */
import { sourceText } from '../src/base/source-text.ts'
import { alu64, callHelper, exit, immediate, mov64, register } from '../src/format/asm/construct.ts'
import { HELPERS } from '../src/format/asm/helpers.ts'
import { createKernelExecutor } from '../src/kernel/loader/kernel-executor.ts'
import { openTypeSource } from '../src/session/machine-types.ts'

const [path = '', address] = process.argv.slice(2)
const end = [mov64(0, immediate(0)), exit()]
const readAt = (where: bigint) => [
  ...[mov64(1, register(10)), alu64('add', 1, immediate(-8)), mov64(2, immediate(8)), mov64(3, immediate(where))],
  ...[callHelper(HELPERS.probe_read_user.id), ...end],
]
const instructions = address === undefined ? end : readAt(BigInt(address))
const types = openTypeSource()
const target = types.findUprobeTarget({ target: path, function: 'main.doWork', return: false })
if ('kind' in target) throw new Error(target.reason)
const point = { kind: 'uprobe', path: target.path, sites: target.sites, return: false } as const
const loaded = createKernelExecutor({ disabledFeatures: address === undefined ? ['uprobe_multi'] : [] }).load(
  {
    license: 'GPL',
    maps: [],
    records: [],
    sites: new Map(),
    programs: [{ name: 'empty', type: 'kprobe', instructions, attach: [point], source: sourceText('bare', '') }],
  },
  { constants: new Map() },
)
loaded.attach('empty', point)
console.log('attached')
const alive = setInterval(() => {}, 1000)
process.once('SIGINT', () => {
  clearInterval(alive)
  loaded.close()
})
