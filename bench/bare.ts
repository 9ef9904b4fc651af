/**
 * The least that a uprobe can cost: perf_event_open on the function and an empty program, nothing else. Runs until SIGINT.
 * Usage: bare.ts TARGET
 */
import { sourceText } from '../src/base/source-text.ts'
import { exit, immediate, mov64 } from '../src/format/asm/construct.ts'
import { createKernelExecutor } from '../src/kernel/loader/kernel-executor.ts'
import { openTypeSource } from '../src/session/machine-types.ts'

const [path = ''] = process.argv.slice(2)
const types = openTypeSource()
const target = types.findUprobeTarget({ target: path, function: 'main.doWork', return: false })
if ('kind' in target) throw new Error(target.reason)
const point = { kind: 'uprobe', path: target.path, sites: target.sites, return: false } as const
const loaded = createKernelExecutor({ disabledFeatures: ['uprobe_multi'] }).load(
  {
    license: 'GPL',
    maps: [],
    records: [],
    sites: new Map(),
    programs: [
      { name: 'empty', type: 'kprobe', instructions: [mov64(0, immediate(0)), exit()], attach: [point], source: sourceText('bare', '') },
    ],
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
