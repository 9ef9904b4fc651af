/**
 * Cgroups of version 2: their ids are the inodes of their directories.
 */
import { type Dirent, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The id of a cgroup by its directory; undefined when there is no such directory. */
export function findCgroupId(path: string): bigint | undefined {
  try {
    const { ino } = statSync(path, { bigint: true })
    return ino
  } catch {
    return undefined
  }
}

/** Where hierarchies of version 2 are mounted. */
export function cgroupMounts(): readonly string[] {
  try {
    const lines = readFileSync('/proc/self/mounts', 'latin1').split('\n')
    return lines.map((line) => line.split(' ')).flatMap(([, path, kind]) => (kind === 'cgroup2' && path !== undefined ? [path] : []))
  } catch {
    return []
  }
}

/** The directory of a cgroup below a mount, as `/` and what is behind it; undefined when there is none. Walks the whole tree. */
export function findCgroupPath(mount: string, id: bigint): string | undefined {
  const left = ['/']
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    if (findCgroupId(join(mount, path)) === id) return path
    for (const entry of directoriesIn(join(mount, path))) left.push(join(path, entry.name))
  }
  return undefined
}

function directoriesIn(path: string): readonly Dirent[] {
  try {
    return readdirSync(path, { withFileTypes: true }).filter((entry) => entry.isDirectory())
  } catch {
    return [] // It has gone meanwhile.
  }
}
