/**
 * A `TypeSource` that answers from tables, for tests that must not depend on a machine: one C program, one Go program, one
 * shared object, three tracepoints.
 */
import { fileOffset, virtualOffset } from '../../src/base/address.ts'
import { compileGlob } from '../../src/base/glob.ts'
import { siteCookie, type UprobeSite } from '../../src/spec/attach-point.ts'
import type {
  DataSymbol,
  Miss,
  RefusedSite,
  TracepointFormat,
  TypeSource,
  UprobeRequest,
  UprobeTarget,
} from '../../src/spec/type-source.ts'

interface FrozenFile {
  readonly path: string
  readonly positionIndependent: boolean
  readonly isGo: boolean
  readonly functions: Readonly<Record<string, bigint>>
  readonly data: Readonly<Record<string, readonly [address: bigint, size: number]>>
  readonly refused?: readonly RefusedSite[]
}

const FILES: readonly FrozenFile[] = [
  {
    path: '/frozen/counter',
    positionIndependent: false,
    isGo: true,
    functions: { 'main.doWork': 0x401000n, 'main.main': 0x401100n, 'main.other': 0x401200n },
    data: { 'main.counter': [0x500000n, 8], 'main.small': [0x500008n, 2] },
  },
  {
    path: '/frozen/native',
    positionIndependent: true,
    isGo: false,
    functions: { do_work: 0x1000n, do_more: 0x1100n, locked: 0x1200n },
    data: { counter: [0x4000n, 8], flag: [0x4008n, 1] },
    refused: [{ symbol: 'do_lock', reason: 'begins with a LOCK prefix' }],
  },
]

const FORMATS: readonly TracepointFormat[] = [
  {
    category: 'syscalls',
    event: 'sys_enter_openat',
    fields: [
      { name: 'common_type', type: 'unsigned short', offset: 0, size: 2, signed: false },
      { name: '__syscall_nr', type: 'int', offset: 8, size: 4, signed: true },
      { name: 'dfd', type: 'int', offset: 16, size: 8, signed: false },
      { name: 'filename', type: 'const char *', offset: 24, size: 8, signed: false },
    ],
  },
  {
    category: 'syscalls',
    event: 'sys_enter_close',
    fields: [
      { name: '__syscall_nr', type: 'int', offset: 8, size: 4, signed: true },
      { name: 'fd', type: 'unsigned int', offset: 16, size: 8, signed: false },
    ],
  },
  {
    category: 'sched',
    event: 'sched_process_exec',
    fields: [
      { name: 'filename', type: '__data_loc char[]', offset: 8, size: 4, signed: false },
      { name: 'pid', type: 'pid_t', offset: 12, size: 4, signed: true },
      { name: 'comm', type: 'char[16]', offset: 16, size: 16, signed: false },
    ],
  },
]

const miss = (reason: string, nearest: readonly string[] = []): Miss => ({ kind: 'miss', reason, nearest })

function findUprobeTarget(request: UprobeRequest): UprobeTarget | Miss {
  const targetIndex = FILES.findIndex((file) => file.path === request.target)
  const file = FILES[targetIndex]
  if (file === undefined) return miss(`no such file: ${request.target}`)
  const matches = compileGlob(request.function ?? '')
  const found = Object.entries(file.functions).filter(([name, address]) => matches(name) || address === request.address)
  if (found.length === 0) return miss(`${file.path} has no function ${request.function}`, Object.keys(file.functions).slice(0, 2))
  const sites = found.map(([symbol, address]): UprobeSite => {
    const at = virtualOffset(address + (request.offset ?? 0n))
    const placement = request.return ? (file.isGo ? 'return-instruction' : 'return') : request.offset === undefined ? 'entry' : 'offset'
    return {
      symbol,
      offset: fileOffset(Number(at)),
      address: at,
      placement,
      execution: 'single-stepped',
      cookie: siteCookie(targetIndex, at),
    }
  })
  const { path, positionIndependent, isGo, refused = [] } = file
  return { path, targetIndex, positionIndependent, isGo, sites, refused: request.function?.includes('*') ? refused : [] }
}

function findDataSymbol(path: string, name: string): DataSymbol | Miss {
  const file = FILES.find((candidate) => candidate.path === path)
  const found = file?.data[name]
  if (file === undefined || found === undefined) return miss(`${path} has no symbol ${name}`, Object.keys(file?.data ?? {}))
  return { name, address: virtualOffset(found[0]), size: found[1], positionIndependent: file.positionIndependent }
}

/** The frozen source. */
export const frozenTypeSource: TypeSource = {
  findUprobeTarget,
  findDataSymbol,
  findTracepoints(category, event) {
    const [matchesCategory, matchesEvent] = [compileGlob(category), compileGlob(event)]
    return FORMATS.filter((format) => matchesCategory(format.category) && matchesEvent(format.event)).map(
      (format) => [format.category, format.event] as const,
    )
  },
  findTracepointFormat: (category, event) => FORMATS.find((format) => format.category === category && format.event === event),
}
