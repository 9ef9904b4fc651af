/**
 * Where file systems are mounted. See proc_pid_mountinfo(5).
 */
import { readFileSync } from 'node:fs'

/** One line of mountinfo. */
export interface Mount {
  readonly path: string
  /** The path inside the file system that is mounted there. */
  readonly root: string
  /** Such as `cgroup2`. */
  readonly type: string
}

/** Reads the text of `/proc/PID/mountinfo`. Lines that make no sense are left out. */
export function parseMountInfo(text: string): readonly Mount[] {
  return text.split('\n').flatMap((line) => {
    const [front, back] = line.split(' - ')
    const fields = front?.split(' ') ?? []
    const type = back?.split(' ')[0]
    const [root, path] = [fields[3], fields[4]]
    return root === undefined || path === undefined || type === undefined
      ? []
      : [{ path: unescapeOctal(path), root: unescapeOctal(root), type }]
  })
}

/** The mount of a type whose root is the whole file system; `undefined` when there is none. */
export function findMount(type: string, mounts: readonly Mount[] = readMounts()): Mount | undefined {
  return mounts.find((mount) => mount.type === type && mount.root === '/')
}

/** Where the one cgroup v2 hierarchy is, wherever the distribution put it. */
export function findCgroup2Path(): string | undefined {
  return findMount('cgroup2')?.path
}

function readMounts(): readonly Mount[] {
  return parseMountInfo(readFileSync('/proc/self/mountinfo', 'utf8'))
}

/** Spaces, tabs, line ends and backslashes are written as octal. */
function unescapeOctal(path: string): string {
  return path.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
}
