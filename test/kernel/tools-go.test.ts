/**
 * The scripts of `tools/go` on a Go server under load, by its own books: Debian's Go and the toolchains that `$BORESCOPE_TEST_GO` names,
 * with symbols and stripped. Stripped ones are found by their process, the others by their path.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { runCli } from '../support/cli.ts'
import { goToolchains } from '../support/go-program.ts'
import { buildServer, hitsOf, type Server, scriptPath, startServer, sumOf, type Traced, traceServer } from '../support/go-server.ts'
import { hasCommand, needs } from '../support/needs.ts'

const directory = mkdtempSync(join(tmpdir(), 'borescope-tools-'))
afterAll(() => rmSync(directory, { recursive: true }))
const BUILDS = goToolchains().flatMap((go) => [
  { go, kind: 'with symbols', flags: [] },
  { go, kind: 'stripped', flags: ['-ldflags=-s'] },
])

describe.each(BUILDS)('$go, $kind', ({ go, kind, flags }) => {
  let server: Server
  let binary = ''
  beforeAll(async () => {
    if (go === 'go' && !hasCommand('go')) return
    binary = buildServer(directory, { name: `${goToolchains().indexOf(go)}-${kind.replace(' ', '-')}`, go, flags })
    server = await startServer(binary)
    await server.load(2, '/hello')
  }, 280_000)
  afterAll(() => server?.stop())
  beforeEach((context) => needs(context, 'root', { command: 'go' }))

  /** Traces while the server works; the numbers of its books are what was added meanwhile. */
  const trace = async (script: string, work: () => Promise<unknown>): Promise<Traced & { readonly own: Record<string, number> }> => {
    const before = await server.truth()
    const target = kind === 'stripped' ? { pid: server.pid } : { pid: server.pid, binary }
    const traced = await traceServer(`go/${script}`, target, work)
    expect({ code: traced.code, stderr: traced.stderr }).toEqual({ code: 0, stderr: '' })
    const after = await server.truth()
    return { ...traced, own: Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)])) }
  }

  test('http-latency: every request by path and status', async () => {
    const { maps, own } = await trace('http-latency.bt', () => server.load(20, '/hello', '/slow', '/teapot', '/nowhere'))
    const us = maps['@us'] as Record<string, unknown>
    expect(Object.fromEntries(Object.entries(us).map(([path, histogram]) => [path, hitsOf(histogram)]))).toEqual({
      'GET,/hello': 20,
      'GET,/slow': 20,
      'GET,/teapot': 20,
      'GET,/nowhere': 20,
    })
    expect(own.requests).toBe(60)
    expect(maps['@status']).toEqual({ 200: 40, 418: 20, 404: 20 })
    const slow = us['GET,/slow'] as { readonly min: number }[]
    expect(slow[0]?.min).toBeGreaterThanOrEqual(16384)
    expect((own.slow_ns ?? 0) / 20).toBeGreaterThan(16384_000)
  })

  test('sql-latency: every statement by its text, prepared ones too', async () => {
    const { maps, own } = await trace('sql-latency.bt', () => server.load(4, '/sql?n=5'))
    const hits = Object.fromEntries(Object.entries(maps['@us'] as object).map(([text, histogram]) => [text, hitsOf(histogram)]))
    expect(own).toMatchObject({ queries: 60, execs: 20 })
    expect(hits).toEqual({
      SELECTidFROMslow_table: 20,
      'SELECTidFROMusersWHEREid=?': 20,
      'SELECTidFROMpreparedWHEREid=?': 20,
      'UPDATEusersSETseen=?': 20,
    })
  })

  test('tls-plaintext: what is said and heard, by the byte', async () => {
    const { maps, own, printed } = await trace('tls-plaintext.bt', () => server.load(3, '/tls?n=2'))
    expect(maps['@bytes']).toEqual({ sent: own.tls_sent, received: own.tls_received })
    expect(own.tls_sent).toBe(6 * 37)
    expect(printed.match(/sent +20 {2}what is the secret\?\n/g)).toHaveLength(6)
    expect(printed.match(/received +17 {2}the answer is 42\n\n/g)).toHaveLength(6)
  })

  test('tls-keylog: the lines that the program itself would write', async () => {
    const before = await server.get('/keys')
    const { printed } = await trace('tls-keylog.bt', () => server.get('/tls?n=3'))
    const own = (await server.get('/keys')).slice(before.length).trim().split('\n')
    // The server's side of a conversation is told too, which has no log of its own and the same secrets.
    expect(own.length).toBeGreaterThan(0)
    expect([...new Set(printed.trim().split('\n'))].sort()).toEqual([...new Set(own)].sort())
  })

  test('gc-pauses: every collection, and as long as the runtime says', async () => {
    // The runtime counts the waking of its threads too, which may be longer than the rest, and is without bound where a thread waits
    // for a busy processor: one of three runs has to be free of that.
    const shares: number[] = []
    while (shares.length < 3 && !shares.some((share) => share > 0.15)) {
      const { maps, own } = await trace('gc-pauses.bt', () => server.load(2, '/gc?n=10'))
      expect(own.collections).toBe(20)
      expect(maps['@collections']).toBe(own.gc)
      expect(hitsOf(maps['@collection_us'])).toBe(own.gc)
      expect(hitsOf(maps['@pause_us'])).toBeGreaterThanOrEqual(2 * (own.gc ?? 0))
      shares.push((Number(maps['@pause_total_us']) * 1000) / (own.gc_pause_ns ?? 0))
    }
    expect(Math.max(...shares)).toBeGreaterThan(0.15)
    expect(Math.max(...shares)).toBeLessThan(1.1)
  })

  test('sched-latency: every time that a goroutine begins to run', async () => {
    const { maps } = await trace('sched-latency.bt', () => server.load(10, '/slow', '/channel?n=5'))
    // A sleep, and for each value of the channel the receiver's sleep, the sender and the receiver.
    expect(hitsOf(maps['@us'])).toBeGreaterThanOrEqual(10 + 10 * 5 * 2)
  })

  test('off-cpu: where goroutines wait, and how long', async () => {
    const { maps, own } = await trace('off-cpu.bt', () => server.load(10, '/slow', '/mutex?n=4'))
    const slept = sumOf(maps['@us'], 'time.Sleep', 'main.init')
    expect(slept * 1000).toBeGreaterThan(0.9 * (own.slow_ns ?? 0))
    expect(slept * 1000).toBeLessThan(1.1 * (own.slow_ns ?? 0))
    const locked = sumOf(maps['@us'], 'main.holdLock', 'lockSlow') * 1000
    expect(locked).toBeGreaterThan(0.7 * (own.waited_ns ?? 0))
    expect(locked).toBeLessThanOrEqual(1.1 * (own.waited_ns ?? 0))
  })

  test('off-cpu-reasons: in the words of the runtime, which a stripped binary has lost', async () => {
    if (kind === 'stripped') {
      const { code, stderr } = await runCli(['--dry-run', scriptPath('go/off-cpu-reasons.bt'), binary])
      expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('has no symbols for data (it is stripped)') })
      return
    }
    const { maps } = await trace('off-cpu-reasons.bt', () => server.load(10, '/slow', '/channel?n=3'))
    const us = maps['@us'] as Record<string, unknown>
    expect(hitsOf(us.sleep)).toBeGreaterThanOrEqual(10 + 30)
    expect(hitsOf(us.chansend) + hitsOf(us.chanreceive)).toBeGreaterThan(0)
    expect(hitsOf(us.IOwait)).toBeGreaterThan(0)
  })

  test('mutex-contention: who waits for a lock, and how long', async () => {
    const { maps, own } = await trace('mutex-contention.bt', () => server.get('/mutex?n=8'))
    const waited = sumOf(maps['@us'], 'main.holdLock') * 1000
    expect(waited).toBeGreaterThan(0.8 * (own.waited_ns ?? 0))
    expect(waited).toBeLessThanOrEqual(1.1 * (own.waited_ns ?? 0))
    expect(hitsOf(maps['@wait_us'])).toBeGreaterThanOrEqual(7)
  })

  test('panics: recovered ones, by stack', async () => {
    const { maps, own } = await trace('panics.bt', () => server.load(5, '/panic?n=4'))
    expect(own.panics).toBe(20)
    expect(sumOf(maps['@panics'])).toBe(20)
    expect(sumOf(maps['@panics'], 'main.fail', 'main.recovering')).toBe(20)
    expect(sumOf(maps['@panics'], 'runtime.sigpanic')).toBe(10)
  })

  test('http-client: what was asked of others, and what failed', async () => {
    const { maps, own } = await trace('http-client.bt', () => server.load(3, '/outgoing?n=4'))
    expect(own).toMatchObject({ outgoing_ok: 12, outgoing_failed: 3 })
    expect(sumOf(maps['@status'], '127.0.0.1:', ',204')).toBe(12)
    expect(sumOf(maps['@failed'])).toBe(3)
  })

  test('dials: connections, and those that are refused', async () => {
    const { maps, own } = await trace('dials.bt', () => server.load(3, '/outgoing?n=1'))
    const us = Object.values(maps['@us'] as object)
    expect(us.reduce((sum, histogram) => sum + hitsOf(histogram), 0)).toBe((own.outgoing_ok ?? 0) + (own.outgoing_failed ?? 0))
    expect(sumOf(maps['@failed'], '127.0.0.1:')).toBe(own.outgoing_failed)
  })

  test('cancellations: by hand and by deadline', async () => {
    const { maps, own } = await trace('cancellations.bt', () => server.get('/cancel?n=10'))
    expect(own.cancelled).toBe(20)
    expect(sumOf(maps['@cancelled'], 'context.WithDeadline')).toBeGreaterThanOrEqual(10)
    expect(sumOf(maps['@cancelled'], 'main.cancel')).toBeGreaterThanOrEqual(10)
  })

  test('files-and-programs: what is opened and started', async () => {
    const { maps, own, printed } = await trace('files-and-programs.bt', () => server.get('/files?n=3'))
    expect(printed.match(/open {3}\/nonexistent\/file\n/g)).toHaveLength(3)
    expect(printed.match(/start {2}\/bin\/true\n/g)).toHaveLength(3)
    expect(sumOf(maps['@started'], 'main.files')).toBe(own.started)
    expect(sumOf(maps['@opened'], 'main.files')).toBeGreaterThanOrEqual(own.opened ?? 0)
  })

  test('channel-waits: sends that wait', async () => {
    const { maps, own } = await trace('channel-waits.bt', () => server.get('/channel?n=20'))
    const waited = sumOf(maps['@us'], 'main.channel') * 1000
    expect(waited).toBeGreaterThan(0.8 * (own.blocked ?? 0))
    expect(waited).toBeLessThanOrEqual(1.1 * (own.blocked ?? 0))
  })

  test('goroutine-leaks: those that were started and have not ended', async () => {
    const { maps, own } = await trace('goroutine-leaks.bt', () => server.load(3, '/leak?n=4', '/mutex?n=4'))
    expect(own.leaked).toBe(12)
    expect(sumOf(maps['@left'], 'main.leak')).toBe(12)
    expect(sumOf(maps['@left'], 'main.contend')).toBe(0)
  })
})
