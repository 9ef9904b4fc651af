/**
 * A large stripped Go binary (the `tsc` of TypeScript 7): reading the names of all its functions, choosing the sites of
 * 10,000 of them, and attaching to those by one link. Warm: the file is in the page cache.
 */
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { sourceText } from '../src/base/source-text.ts'
import { exit, immediate, mov64 } from '../src/format/asm/construct.ts'
import { createKernelExecutor } from '../src/kernel/loader/kernel-executor.ts'
import { openTypeSource } from '../src/session/machine-types.ts'
import type { AttachPoint } from '../src/spec/attach-point.ts'
import type { UprobeTarget } from '../src/spec/type-source.ts'
import { Executable } from '../src/symbolize/executable.ts'
import { judge } from './hits.ts'
import { median } from './statistics.ts'

const SITES = 10_000
/** The bar of the project. */
const MOST_OF_NAMES_MS = 60

/** Measures and prints milliseconds. */
export function benchSymbols({ rounds }: { readonly rounds: number }): void {
  const path = findTsc()
  const names: number[] = []
  const sites: number[] = []
  const attach: number[] = []
  let count = 0
  for (let round = 0; round < rounds; round++) {
    names.push(
      timed(() => {
        count = countFunctions(path)
      }),
    )
    let target: UprobeTarget | undefined
    sites.push(
      timed(() => {
        target = chooseAll(path)
      }),
    )
    attach.push(attachTime(target as UprobeTarget))
  }
  console.log(`\n${path} (stripped Go):`)
  console.log(`  names of ${count} functions: ${median(names).toFixed(0)} ms (first time ${(names[0] ?? 0).toFixed(0)} ms)`)
  judge('names of a 24 MB stripped Go program, in ms', median(names), { atMost: MOST_OF_NAMES_MS })
  console.log(`  names and sites of all of them: ${median(sites).toFixed(0)} ms (first time ${(sites[0] ?? 0).toFixed(0)} ms)`)
  console.log(`  attaching to ${SITES} by one link: ${median(attach).toFixed(0)} ms`)
}

function findTsc(): string {
  const require = createRequire(createRequire(import.meta.url).resolve('typescript/package.json'))
  return join(dirname(require.resolve('@typescript/typescript-linux-x64/package.json')), 'lib/tsc')
}

function countFunctions(path: string): number {
  const executable = Executable.open(path)
  try {
    return executable.functions.all.length
  } finally {
    executable.close()
  }
}

function chooseAll(path: string): UprobeTarget {
  const types = openTypeSource()
  try {
    const target = types.findUprobeTarget({ target: path, function: '*', return: false })
    if ('kind' in target) throw new Error(target.reason)
    return target
  } finally {
    types.close()
  }
}

function attachTime(target: UprobeTarget): number {
  const point: AttachPoint = { kind: 'uprobe', path: target.path, sites: target.sites.slice(0, SITES), return: false }
  const program = {
    name: 'empty',
    type: 'kprobe',
    instructions: [mov64(0, immediate(0)), exit()],
    attach: [point],
    source: sourceText('bench', ''),
  } as const
  const loaded = createKernelExecutor().load(
    { license: 'GPL', maps: [], records: [], sites: new Map(), programs: [program] },
    { constants: new Map() },
  )
  try {
    return timed(() => loaded.attach('empty', point))
  } finally {
    loaded.close()
  }
}

function timed(action: () => void): number {
  const start = performance.now()
  action()
  return performance.now() - start
}
