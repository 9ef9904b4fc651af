/**
 * Addresses of networks as text: IPv6 as inet_ntop(3) of glibc writes it, which is what bpftrace prints (the mixed form also for
 * `::1.2.3.4`, where RFC 5952 and the libraries that follow it do otherwise).
 */
const FAMILY = { inet: 2, inet6: 10 } as const

/** Six bytes as `XX:XX:XX:XX:XX:XX`. */
export function macText(bytes: Uint8Array): string {
  return Array.from(bytes.subarray(0, 6), (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(':')
}

/** An address family as a u64, and the address behind it; empty for a family that is neither IPv4 nor IPv6. */
export function inetText(bytes: Uint8Array): string {
  const family = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true)
  if (family === FAMILY.inet) return bytes.subarray(8, 12).join('.')
  return family === FAMILY.inet6 ? ipv6Text(bytes.subarray(8, 24)) : ''
}

function ipv6Text(bytes: Uint8Array): string {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 16)
  const groups = Array.from({ length: 8 }, (_, index) => view.getUint16(index * 2))
  const gap = longestGap(groups)
  const hex = (part: readonly number[]) => part.map((group) => group.toString(16)).join(':')
  // Addresses of IPv4 in IPv6: ::1.2.3.4 and ::ffff:1.2.3.4.
  if (gap.start === 0 && (gap.length === 6 || (gap.length === 5 && groups[5] === 0xffff))) {
    return `::${gap.length === 5 ? 'ffff:' : ''}${bytes.subarray(12, 16).join('.')}`
  }
  return gap.length < 2 ? hex(groups) : `${hex(groups.slice(0, gap.start))}::${hex(groups.slice(gap.start + gap.length))}`
}

/** The first of the longest runs of zero groups. */
function longestGap(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start }
  }
  return best
}

/** The bytes of an address in network order: 4 or 16. Undefined for what is no address. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text)
}

function parseIpv4(text: string): Uint8Array | undefined {
  const parts = text.split('.')
  const valid = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)
  return valid ? Uint8Array.from(parts, Number) : undefined
}

function parseIpv6(text: string): Uint8Array | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [before = [], after = []] = halves.map((half, index) => groupsOf(half, index === halves.length - 1 ? 'last' : 'first'))
  const missing = 8 - before.length - after.length
  if (halves.length === 1 ? missing !== 0 : missing < 1) return undefined
  const groups = [...before, ...Array<number>(missing).fill(0), ...after]
  if (groups.some(Number.isNaN)) return undefined
  return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]))
}

/** The groups of a half of an address, the last two of which may be an address of IPv4. NaN is no group. */
function groupsOf(half: string, which: 'first' | 'last'): number[] {
  if (half === '') return []
  const parts = half.split(':')
  return parts.flatMap((part, index) => {
    const ipv4 = which === 'last' && index === parts.length - 1 ? parseIpv4(part) : undefined
    if (ipv4 !== undefined) return [ipv4[0]! * 256 + ipv4[1]!, ipv4[2]! * 256 + ipv4[3]!]
    return /^[\da-f]{1,4}$/i.test(part) ? [Number.parseInt(part, 16)] : [Number.NaN]
  })
}
