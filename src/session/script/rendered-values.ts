/**
 * The texts of numbers that only user space can tell: times, users, cgroups. What is read is read once a run.
 */
import { readFileSync } from 'node:fs'
import { compileGlob } from '../../base/glob.ts'
import { cgroupMounts, findCgroupPath } from '../../kernel/procfs/cgroups.ts'
import { readClock } from '../../kernel/procfs/clock.ts'
import { strftime } from '../../output/strftime.ts'
import { toByteString } from '../../spec/byte-string.ts'
import type { Names } from '../../spec/decode.ts'

/** What the name of the one hierarchy of version 2 is matched as. */
const UNIFIED = 'unified'
const MS = 1_000_000n
const NS_PER_SECOND = 1_000_000_000

/** Makes the texts. */
export function createRenderer(): NonNullable<Names['render']> {
  const users = new Map<bigint, string>()
  const cgroups = new Map<bigint, string>()
  const ahead = { boot: aheadOf('boot'), tai: aheadOf('tai') }
  return (number, as) => {
    switch (as.form) {
      case 'timestamp':
        return timeText(number + ahead[as.clock], as.format)
      case 'username':
        if (users.size === 0) readUsers(users)
        return users.get(number) ?? ''
      case 'cgroup-path':
        return compileGlob(as.pattern)(UNIFIED) ? cgroupText(cgroups, number) : ''
      default:
        return String(number)
    }
  }
}

/** What the wall clock is ahead of a clock, in nanoseconds: of TAI whole seconds, whatever passes between two readings. */
function aheadOf(clock: 'boot' | 'tai'): bigint {
  const ahead = readClock('realtime') - readClock(clock)
  return clock === 'boot' ? ahead : BigInt(Math.round(Number(ahead) / NS_PER_SECOND)) * BigInt(NS_PER_SECOND)
}

/** By strftime(3), with `%f` for microseconds, `%l` for milliseconds and `%k` for nanoseconds. */
function timeText(nanoseconds: bigint, format: string): string {
  const digits = String(nanoseconds % 1_000_000_000n).padStart(9, '0')
  const fractions: Readonly<Record<string, string>> = { '%f': digits.slice(0, 6), '%l': digits.slice(0, 3), '%k': digits }
  return strftime(
    format.replace(/%[\s\S]/g, (directive) => fractions[directive] ?? directive),
    new Date(Number(nanoseconds / MS)),
  )
}

function readUsers(users: Map<bigint, string>): void {
  // Once, also when there is nobody in it.
  users.set(-1n, '')
  try {
    for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
      const [name = '', , id = ''] = line.split(':')
      if (/^\d+$/.test(id) && !users.has(BigInt(id))) users.set(BigInt(id), toByteString(name))
    }
  } catch {
    // A container without users.
  }
}

/** `unified:/path`; empty for a cgroup that is not there any more. */
function cgroupText(known: Map<bigint, string>, id: bigint): string {
  const text = known.get(id) ?? cgroupMounts().flatMap((mount) => findCgroupPath(mount, id) ?? [])[0]
  if (text === undefined) return ''
  known.set(id, text)
  return toByteString(`${UNIFIED}:${text}`)
}
