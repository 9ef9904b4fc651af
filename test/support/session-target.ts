/**
 * What tests of whole sessions share: the target's words on the command line, the two ways to attach, and looks at what a
 * tracer has left behind in the kernel and in its target.
 */
import { closeSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs'
import { readMaps } from '../../src/kernel/procfs/processes.ts'
import { listIds } from '../../src/kernel/sys/bpf.ts'
import type { UprobeSite } from '../../src/spec/attach-point.ts'
import { UPROBE_WAYS } from './loading.ts'

/** The two ways to attach uprobes, as words of the command line; for `describe.each`. */
export const CLI_WAYS = UPROBE_WAYS.map(({ way, disabledFeatures }) => ({
  way,
  flags: disabledFeatures.flatMap((feature) => ['--no-feature', feature]),
}))

/** Ids of BPF objects, by kind. */
export interface BpfIds {
  readonly PROG: readonly number[]
  readonly MAP: readonly number[]
  readonly LINK: readonly number[]
}

/** Ids of the BPF objects that a process has open, as `/proc/PID/fdinfo` tells them. */
export function bpfIdsOf(pid: number): BpfIds {
  const infos = readdirSync(`/proc/${pid}/fdinfo`).map((fd) => readInfo(`/proc/${pid}/fdinfo/${fd}`))
  const idsOf = (field: string) => infos.flatMap((info) => new RegExp(`^${field}:\\s*(\\d+)`, 'm').exec(info)?.[1] ?? []).map(Number)
  // A link also tells the id of its program.
  return { PROG: [...new Set(idsOf('prog_id'))], MAP: idsOf('map_id'), LINK: idsOf('link_id') }
}

/** Of this process, the descriptor that lists the directory is gone by the time that it is read. */
function readInfo(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}

/** Those of `ids` that the kernel still has. */
export function remaining(ids: BpfIds): BpfIds {
  const still = (kind: keyof BpfIds) => listIds(kind).filter((id) => ids[kind].includes(id))
  return { PROG: still('PROG'), MAP: still('MAP'), LINK: still('LINK') }
}

/** What `remaining` answers when all is gone. */
export const NOTHING: BpfIds = { PROG: [], MAP: [], LINK: [] }

/** Bytes of code that are looked at. */
const CODE_BYTES = 16

/** The code at a site: in the file, and in the memory of a running process. */
export function codeAt(path: string, site: UprobeSite, pid: number): { readonly inFile: string; readonly inMemory: string } {
  const mapping = readMaps(pid)?.find(
    (map) =>
      map.executable && map.path === path && map.fileOffset <= site.offset && site.offset < map.fileOffset + Number(map.end - map.start),
  )
  if (mapping === undefined) throw new Error(`process ${pid} has not mapped the code of ${path}`)
  const address = Number(mapping.start) + site.offset - mapping.fileOffset
  return { inFile: readHex(path, site.offset), inMemory: readHex(`/proc/${pid}/mem`, address) }
}

function readHex(path: string, offset: number): string {
  const bytes = Buffer.alloc(CODE_BYTES)
  const fd = openSync(path, 'r')
  try {
    readSync(fd, bytes, 0, CODE_BYTES, offset)
  } finally {
    closeSync(fd)
  }
  return bytes.toString('hex')
}

/** The only child that a process has now, if it has one. */
export function childOf(pid: number): number | undefined {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
  return children === '' ? undefined : Number(children.split(' ')[0])
}
