/**
 * Addresses to symbols: halving at the edges, what kallsyms and perf maps say, and a process that has ended.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { describe, expect, it } from 'vitest'
import { readMaps } from '../../kernel/procfs/processes.ts'
import { kernelSymbols, parseKernelSymbols } from './kernel-symbols.ts'
import { parsePerfMap } from './perf-map.ts'
import { ProcessSymbols } from './process-symbols.ts'
import { SymbolIndex } from './symbol-index.ts'

describe('symbols by address', () => {
  const index = new SymbolIndex([
    { name: 'second', address: 0x200n, size: 0x10 },
    { name: 'alias', address: 0x100n, size: 0 },
    { name: 'first', address: 0x100n, size: 0x20 },
    { name: 'endless', address: 0x300n, size: 0 },
  ])
  it.each([
    [0xffn, undefined],
    [0x100n, { name: 'first', offset: 0n }],
    [0x11fn, { name: 'first', offset: 0x1fn }],
    [0x120n, undefined],
    [0x20fn, { name: 'second', offset: 0xfn }],
    [0x210n, undefined],
    [0x9999n, { name: 'endless', offset: 0x9699n }],
  ])('%s', (address, found) => expect(index.find(address)).toEqual(found))
  it('nothing is found where there is nothing', () => expect(new SymbolIndex([]).find(5n)).toBeUndefined())
})

describe('the kernel', () => {
  const TEXT = 'ffffffff81000000 T _stext\nffffffff81000040 t do_it\nffffffff82000000 D data\nffffffffc0000000 t in_module\t[mod]\n'
  it('has functions in kallsyms, those of modules too', () => {
    expect(parseKernelSymbols(TEXT).map(({ name }) => name)).toEqual(['_stext', 'do_it', 'in_module'])
    const frame = kernelSymbols(() => TEXT)
    expect(frame(0xffffffff81000044n)).toEqual({ address: 0xffffffff81000044n, symbol: 'do_it', offset: 4n })
  })
  it('hides its addresses from those who may not see them', () => {
    expect(parseKernelSymbols('0000000000000000 T _stext\n')).toEqual([])
    expect(kernelSymbols(() => undefined)(7n)).toEqual({ address: 7n })
  })
  it('is read once, and not before it is asked for', () => {
    let reads = 0
    const frame = kernelSymbols(() => {
      reads++
      return TEXT
    })
    expect(reads).toBe(0)
    frame(1n)
    frame(2n)
    expect(reads).toBe(1)
  })
})

it('a perf map names generated code, the last line about an address counts', () => {
  expect(parsePerfMap('10 8 old\n20 4 LazyCompile:~f a.js:1:2\n10 6 new\nnonsense\n')).toEqual([
    { address: 0x10n, size: 6, name: 'new' },
    { address: 0x20n, size: 4, name: 'LazyCompile:~f a.js:1:2' },
  ])
})

it('what a process had mapped is kept when it has ended', async () => {
  const symbols = new ProcessSymbols()
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  const pid = child.pid as number
  const code = await waitFor(() => readMaps(pid)?.find((one) => one.executable && one.path === process.execPath))
  symbols.look(pid)
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(symbols.frame(code.start + 0x1000n, pid)).toMatchObject({ path: process.execPath, symbol: expect.any(String) })
  expect(symbols.frame(1n, pid)).toEqual({ address: 1n, missing: 'no file is mapped there' })
  symbols.close()
})

async function waitFor<T>(find: () => T | undefined): Promise<T> {
  for (let round = 0; round < 200; round++) {
    const found = find()
    if (found !== undefined) return found
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error('it never came')
}
