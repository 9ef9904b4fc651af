/**
 * A `MapSpec` becomes a map of the kernel. A cgroup array gets its directory and an array its contents at once; everything else begins empty.
 */
import { closeSync, constants, openSync } from 'node:fs'
import { UsageError } from '../../base/errors.ts'
import type { MapSpec } from '../../spec/map-spec.ts'
import type { Features } from '../features/features.ts'
import { bpf, callName } from '../sys/bpf.ts'
import { encodeMapCreate, encodeMapElement } from '../sys/bpf-map.ts'
import { Fd } from '../sys/fd.ts'
import { kernelName } from '../sys/name.ts'
import { refusalError } from '../sys/refusal.ts'
import { MAP_KINDS } from './kinds.ts'

/** Types of a map's keys and values in a BTF that is loaded. */
export interface LoadedTypes {
  readonly fd: number
  readonly key: number
  readonly value: number
}

/** Creates a map; the caller closes it. Throws `PermissionError`, `NotSupportedError`, `SyscallError`, `UsageError`. */
export function createMap(spec: MapSpec, features: Features, btf?: LoadedTypes): Fd {
  const kind = MAP_KINDS[spec.kind]
  if (kind.needs !== undefined && !features.mayHave(kind.needs)) features.require(kind.needs)
  const { keySize, valueSize, maxEntries, flags = 0 } = spec
  const { value, errno } = bpf(
    'MAP_CREATE',
    encodeMapCreate({ type: kind.type, keySize, valueSize, maxEntries, flags, name: kernelName(spec.name), btf }),
  )
  if (errno !== undefined) {
    if (kind.needs !== undefined) features.require(kind.needs)
    throw refusalError({ call: callName('MAP_CREATE'), errno, doing: `creating map ${spec.name}` })
  }
  const fd = new Fd(value, `map ${spec.name}`)
  try {
    if (spec.cgroupPath !== undefined) storeCgroup(fd, spec.cgroupPath)
    if (spec.contents !== undefined) storeContents(fd, spec.contents)
    return fd
  } catch (error) {
    fd.close()
    throw error
  }
}

function storeContents(map: Fd, value: Uint8Array): void {
  const { errno } = bpf('MAP_UPDATE_ELEM', encodeMapElement({ fd: map.number, key: new Uint8Array(4), value }))
  if (errno !== undefined) throw refusalError({ call: callName('MAP_UPDATE_ELEM'), errno, doing: `filling ${map.what}` })
}

/** The array holds a reference of its own to the cgroup, so that the descriptor is closed again. */
function storeCgroup(map: Fd, path: string): void {
  const directory = openDirectory(path)
  try {
    const value = new Uint8Array(Uint32Array.of(directory).buffer)
    const { errno } = bpf('MAP_UPDATE_ELEM', encodeMapElement({ fd: map.number, key: new Uint8Array(4), value }))
    if (errno === 'EBADF' || errno === 'EINVAL')
      throw new UsageError(`${path} is not a cgroup`, { remedy: 'name a directory of the cgroup v2 hierarchy' })
    if (errno !== undefined)
      throw refusalError({ call: callName('MAP_UPDATE_ELEM'), errno, doing: `storing cgroup ${path} in ${map.what}` })
  } finally {
    closeSync(directory)
  }
}

function openDirectory(path: string): number {
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECTORY)
  } catch (cause) {
    throw new UsageError(`${path} is not a directory that can be opened`, { remedy: 'name a directory of the cgroup v2 hierarchy', cause })
  }
}
