/**
 * The garbage collector at the worst time: between encoding a call and making it, with the freed memory written over. A
 * buffer that is only reachable by its address is gone then; a license, a path or the cookies of a link would be garbage.
 */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { alu64, immediate, mov64, register } from '../../src/format/asm/construct.ts'
import { createKernelExecutor } from '../../src/kernel/loader/kernel-executor.ts'
import { realLayer, swapSyscallLayer } from '../../src/kernel/sys/syscall.ts'
import { watchFdLeaks } from '../support/fd-leaks.ts'
import { UPROBE_WAYS } from '../support/loading.ts'
import { needs } from '../support/needs.ts'
import { attachCookie, call, counterMap, object, program, ringMap, sendRecord, words } from '../support/programs.ts'
import { buildTarget, type Target } from '../support/target.ts'

watchFdLeaks()

/** Refused unless the license that the kernel reads is GPL. */
const gplOnly = [
  mov64(1, register(10)),
  alu64('add', 1, immediate(-8)),
  mov64(2, immediate(8)),
  mov64(3, immediate(0)),
  call('probe_read_kernel'),
]

test.for(UPROBE_WAYS)('no buffer is taken away before the call, by $way', async ({ disabledFeatures }, context) => {
  needs(context, 'root', { command: 'gcc' })
  const target = buildTarget('pie')
  const restore = collectBeforeEveryCall()
  try {
    for (let round = 0; round < 5; round++) expect(await traceOnce(target, disabledFeatures)).toEqual([11n, 22n])
  } finally {
    restore()
    target.remove()
  }
})

async function traceOnce(target: Target, disabledFeatures: readonly string[]): Promise<readonly bigint[]> {
  const sites = [
    { ...target.site('work'), cookie: 11n },
    { ...target.site('other'), cookie: 22n },
  ]
  const point = { kind: 'uprobe', path: target.path, sites, return: false } as const
  const instructions = sendRecord([[...gplOnly, ...attachCookie]])
  const spec = object([ringMap('events'), counterMap('lost')], [program('kprobe', instructions, [point])])
  const loaded = createKernelExecutor({ disabledFeatures }).load(spec, { constants: new Map() })
  const running = target.start()
  try {
    loaded.attach('test', point)
    await running.rounds(1)
    const cookies: bigint[] = []
    loaded.drain('events', (record) => void cookies.push(...words(record)))
    return cookies
  } finally {
    loaded.close()
    await running.stop()
  }
}

function collectBeforeEveryCall(): () => void {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  return swapSyscallLayer({
    ...realLayer,
    call(name, args) {
      // The second collection waits for the first one's buffers to be freed.
      if (name !== 'close') for (let i = 0; i < 2; i++) collect()
      scribble()
      return realLayer.call(name, args)
    },
  })
}

/** Takes freed memory of the sizes that encoders use, and writes over it. */
function scribble(): void {
  for (let size = 4; size <= 128; size += 4) for (let i = 0; i < 10; i++) new Uint8Array(new ArrayBuffer(size)).fill(0xff)
}
