/**
 * The gRPC scripts of `tools/go` on a server and client of our own, built against Debian's google.golang.org/grpc.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { buildGrpcServer, hitsOf, type Server, startServer, traceServer } from '../support/go-server.ts'
import { hasCommand, needs } from '../support/needs.ts'

const MODULE = '/usr/share/gocode/src/google.golang.org/grpc'
const directory = mkdtempSync(join(tmpdir(), 'borescope-grpc-'))
let server: Server
let stripped: Server
beforeAll(async () => {
  if (!hasCommand('go') || !existsSync(MODULE)) return
  server = await startServer(buildGrpcServer(directory, { name: 'grpc' }))
  stripped = await startServer(buildGrpcServer(directory, { name: 'grpc-stripped', flags: ['-ldflags=-s'] }))
}, 280_000)
afterAll(async () => {
  await Promise.all([server?.stop(), stripped?.stop()])
  rmSync(directory, { recursive: true })
})
beforeEach((context) => {
  needs(context, 'root', { command: 'go' })
  if (!existsSync(MODULE)) context.skip(`the package golang-google-grpc-dev is not installed: there is no ${MODULE}`)
})

const byMethod = (map: unknown) =>
  Object.fromEntries(Object.entries(map as object).map(([method, histogram]) => [method, hitsOf(histogram)]))
const GREET = '/greeter.Greeter/Greet'
const REFUSE = '/greeter.Greeter/Refuse'

test('grpc-server: every call by method', async () => {
  const { code, stderr, maps } = await traceServer('go/grpc-server.bt', { pid: server.pid }, () => server.load(4, '/call?n=5'))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const own = await server.truth()
  expect(byMethod(maps['@us'])).toEqual({ [GREET]: own.greeted, [REFUSE]: own.refused })
  expect(own).toEqual({ greeted: 20, refused: 20 })
})

test('grpc-client: calls and failures by method, of a stripped binary', async () => {
  const { code, stderr, maps } = await traceServer('go/grpc-client.bt', { pid: stripped.pid }, () => stripped.load(4, '/call?n=5'))
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(byMethod(maps['@us'])).toEqual({ [GREET]: 20, [REFUSE]: 20 })
  expect(maps['@failed']).toEqual({ [REFUSE]: 20 })
  expect(await stripped.truth()).toEqual({ greeted: 20, refused: 20 })
})
