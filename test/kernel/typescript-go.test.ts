/**
 * A TypeScript program on a Go binary: placement behind the stack check, arguments and results by Go's registers.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { array, Executable, hash, trace, u64, uprobe, uretprobe, user } from 'borescope'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { needs } from '../support/needs.ts'

describe('a Go program', () => {
  const SOURCE = `package main
var counter uint64
//go:noinline
func doWork(a, b, c, d uint64) uint64 { counter++; return a + b + c + d }
func main() { for i := uint64(0); ; i++ { doWork(i, 2, 3, 4) } }
`
  let directory: string
  let path: string
  let child: ChildProcess | undefined
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'borescope-go-'))
    path = join(directory, 'counter')
    if (process.getuid?.() !== 0 || spawnSync('go', ['version']).error) return // the tests skip, and say why
    writeFileSync(join(directory, 'main.go'), SOURCE)
    execFileSync('go', ['build', '-o', path, 'main.go'], {
      cwd: directory,
      env: { ...process.env, GO111MODULE: 'off', GOCACHE: join(directory, 'cache') },
    })
    child = spawn(path, { stdio: 'ignore' })
  }, 120_000)
  afterAll(() => {
    child?.kill('SIGKILL')
    rmSync(directory, { recursive: true, force: true })
  })

  it('is read at every call, with arguments by the registers of Go', async (context) => {
    needs(context, 'root', { command: 'go' })
    const counter = Executable.open(path).symbol('main.counter')
    const count = array(u64, 1)
    const sums = hash(u64, u64, 4)
    const probe = uprobe(path, 'main.doWork', ({ arg }) => {
      count.set(0, user.read(u64, counter, 0n))
      sums.set(arg(1) * 100n + arg(2) * 10n + arg(3), 1n)
    })
    const session = await trace({ count, sums, probe })
    await new Promise((resolve) => setTimeout(resolve, 300))
    const first = session.count.get(0)
    await new Promise((resolve) => setTimeout(resolve, 300))
    const second = session.count.get(0)
    const entries = session.sums.entries()
    await session.close()
    expect(first).toBeGreaterThan(0n)
    expect(second).toBeGreaterThan(first)
    expect(entries).toEqual([[234n, 1n]])
  })
  it('sees results at the instructions by which a function returns', async (context) => {
    needs(context, 'root', { command: 'go' })
    const results = hash(u64, u64, 4)
    const probe = uretprobe(path, 'main.doWork', ({ retval }) => {
      results.set(retval > 9n ? 1n : 0n, retval)
    })
    const session = await trace({ results, probe })
    await new Promise((resolve) => setTimeout(resolve, 200))
    const first = session.results.get(1n) ?? 0n
    await new Promise((resolve) => setTimeout(resolve, 200))
    const second = session.results.get(1n) ?? 0n
    await session.close()
    expect(first).toBeGreaterThan(9n)
    expect(second).toBeGreaterThan(first)
    expect(child?.exitCode).toBeNull()
  })
})
