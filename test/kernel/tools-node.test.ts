/**
 * The scripts of `tools/node` on a Node.js server under load, by its own books.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hitsOf, type Server, startServer, sumOf, traceServer } from '../support/go-server.ts'
import { hasCommand, needs } from '../support/needs.ts'

const directory = mkdtempSync(join(tmpdir(), 'borescope-tools-node-'))
const FLAGS = ['--expose-gc', '--perf-basic-prof', '--interpreted-frames-native-stack']
let server: Server
beforeAll(async () => {
  if (!hasCommand('openssl')) return
  const [key, certificate] = [join(directory, 'key.pem'), join(directory, 'certificate.pem')]
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=localhost', '-days', '1']
  execFileSync('openssl', [...request, '-keyout', key, '-out', certificate], { stdio: 'ignore' })
  const env = { CERTIFICATE: readFileSync(certificate, 'utf8'), KEY: readFileSync(key, 'utf8') }
  server = await startServer(process.execPath, [...FLAGS, join(import.meta.dirname, '../../testdata/tools/node/server.cjs')], env)
  await server.get('/truth')
})
afterAll(async () => {
  await server?.stop()
  // node leaves its map of names behind.
  rmSync(`/tmp/perf-${server?.pid}.map`, { force: true })
  rmSync(directory, { recursive: true })
})
beforeEach((context) => needs(context, 'root', { command: 'openssl' }))

const trace = async (script: string, work: () => Promise<unknown>) => {
  const before = await server.truth()
  const traced = await traceServer(`node/${script}`, { pid: server.pid }, work)
  expect({ code: traced.code, stderr: traced.stderr }).toEqual({ code: 0, stderr: '' })
  const after = await server.truth()
  return { ...traced, own: Object.fromEntries(Object.entries(after).map(([name, value]) => [name, value - (before[name] ?? 0)])) }
}

test('event-loop: stalls, and how long they were', async () => {
  const { maps, own } = await trace('event-loop.bt', async () => {
    for (let i = 0; i < 5; i++) await server.get('/stall?n=100')
  })
  const busy = maps['@busy_us'] as { readonly min: number; readonly count: number }[]
  expect(own.stalls).toBe(5)
  expect(busy.filter(({ min }) => min >= 65536).reduce((sum, { count }) => sum + count, 0)).toBe(5)
  expect(maps['@longest_us']).toBeGreaterThanOrEqual(100_000)
  expect(maps['@total_us']).toBeGreaterThanOrEqual((own.busy_us ?? 0) * 0.99)
  expect(maps['@total_us']).toBeLessThan((own.busy_us ?? 0) * 1.5)
})

test('gc-pauses: collections, young and all', async () => {
  const { maps, own } = await trace('gc-pauses.bt', () => server.get('/gc?n=10'))
  const us = maps['@us'] as Record<string, unknown>
  expect(own.major).toBeGreaterThanOrEqual(10)
  expect(own.minor).toBeGreaterThanOrEqual(10)
  // Collections that nobody asked for may come between the books and the trace.
  expect(Math.abs(hitsOf(us['mark-compact']) - (own.major ?? 0))).toBeLessThanOrEqual(1)
  expect(Math.abs(hitsOf(us.scavenge) - (own.minor ?? 0))).toBeLessThanOrEqual(2)
})

test('cpu-by-function: the function that burns the time, by its name', async () => {
  const { maps } = await trace('cpu-by-function.bt', () => server.get('/burn?n=1500'))
  const all = sumOf(maps['@samples'])
  expect(all).toBeGreaterThan(30)
  expect(sumOf(maps['@samples'], 'burn', 'server.cjs')).toBeGreaterThan(0.8 * all)
})

test('tls-plaintext: what is said and heard, by the byte', async () => {
  const { maps, own, printed } = await trace('tls-plaintext.bt', () => server.get('/tls'))
  expect(own).toMatchObject({ sent: 37, received: 37 })
  expect(maps['@bytes']).toEqual({ sent: 37, received: 37 })
  expect(printed).toMatch(/sent +20 {2}what is the secret\?\n\n/)
  expect(printed).toMatch(/received +17 {2}the answer is 42\n\n/)
})
