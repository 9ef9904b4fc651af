/**
 * The Go server of `testdata/tools/server`, built for a test file, started, asked for work, and traced by a script of `tools/`
 * meanwhile. It keeps its own books, which the tests compare with what the tracer has seen.
 */
import { execFileSync, spawn } from 'node:child_process'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type CommandResult, startCli } from './cli.ts'

const ROOT = join(import.meta.dirname, '../..')

/** Builds the server to `directory/NAME`; answers its path. */
export function buildServer(
  directory: string,
  build: { readonly name: string; readonly go: string; readonly flags?: readonly string[] },
): string {
  const folder = join(directory, `${build.name}-source`)
  cpSync(join(ROOT, 'testdata/tools/server'), folder, { recursive: true })
  const path = join(directory, build.name)
  execFileSync(build.go, ['build', ...(build.flags ?? []), '-o', path, '.'], {
    cwd: folder,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
  })
  return path
}

/** Builds the gRPC server of `testdata/tools/grpc` against the modules that Debian packages. */
export function buildGrpcServer(directory: string, build: { readonly name: string; readonly flags?: readonly string[] }): string {
  const path = join(directory, build.name)
  execFileSync('go', ['build', ...(build.flags ?? []), '-o', path, join(ROOT, 'testdata/tools/grpc/main.go')], {
    env: { ...process.env, CGO_ENABLED: '0', GO111MODULE: 'off', GOPATH: '/usr/share/gocode' },
  })
  return path
}

/** A server that runs. */
export interface Server {
  readonly pid: number
  /** The text of its answer. */
  get(path: string): Promise<string>
  /** Asks for each path `times` times, four at a time. */
  load(times: number, ...paths: readonly string[]): Promise<void>
  /** What the server has counted itself. */
  truth(): Promise<Readonly<Record<string, number>>>
  stop(): Promise<void>
}

/** Starts a server, which tells its port in its first line; the caller stops it. */
export async function startServer(path: string, words: readonly string[] = [], env: NodeJS.ProcessEnv = {}): Promise<Server> {
  const child = spawn(path, [...words], { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, ...env } })
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const [port] = await new Promise<string[]>((resolve) => createInterface(child.stdout).once('line', (line) => resolve([line])))
  const get = async (where: string) => (await fetch(`http://127.0.0.1:${port}${where}`)).text()
  const worker = async (queue: string[]): Promise<void> => {
    for (let next = queue.pop(); next !== undefined; next = queue.pop()) await get(next)
  }
  return {
    pid: child.pid ?? -1,
    get,
    load: async (times, ...paths) => {
      const queue = Array.from({ length: times }, () => paths).flat()
      await Promise.all([1, 2, 3, 4].map(() => worker(queue)))
    },
    truth: async () => JSON.parse(await get('/truth')),
    stop: async () => {
      child.stdin.end()
      await ended
    },
  }
}

/** A script of `tools/`. */
export function scriptPath(script: string): string {
  return join(ROOT, 'tools', script)
}

/** What a script has said while it traced: its maps by name, what it printed, and how it ended. */
export interface Traced extends CommandResult {
  readonly maps: Readonly<Record<string, unknown>>
  readonly printed: string
}

/** Runs `tools/SCRIPT` on a process while `work` goes on. Without `binary` the script finds it by the process. */
export async function traceServer(
  script: string,
  target: { readonly pid: number; readonly binary?: string; readonly parameters?: readonly string[] },
  work: () => Promise<unknown>,
): Promise<Traced> {
  const { pid, binary = '', parameters = [] } = target
  const cli = startCli(['-f', 'json', '-p', String(pid), scriptPath(script), binary, ...parameters], { timeoutMs: 60_000 })
  await cli.waitFor(/"attached_probes"/)
  await work()
  cli.process.kill('SIGINT')
  const result = await cli.result
  const lines: { readonly type: string; readonly data: unknown }[] = result.stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
  const maps = Object.assign({}, ...lines.filter(({ type }) => ['map', 'hist', 'stats'].includes(type)).map(({ data }) => data))
  const printed = lines.filter(({ type }) => type === 'printf').map(({ data }) => data)
  return { ...result, maps, printed: printed.join('') }
}

/** Hits in a histogram, or in one of a map of them. */
export function hitsOf(histogram: unknown): number {
  return ((histogram ?? []) as readonly { readonly count: number }[]).reduce((sum, { count }) => sum + count, 0)
}

/** The values of a map whose keys hold all of `parts`, added up. */
export function sumOf(map: unknown, ...parts: readonly string[]): number {
  return Object.entries((map ?? {}) as Record<string, number>)
    .filter(([key]) => parts.every((part) => key.includes(part)))
    .reduce((sum, [, value]) => sum + value, 0)
}
