/**
 * Which of many names the user may have meant. Cheap enough for 100,000 names: most are ruled out by their length.
 */

/** At most `count` of `names`, nearest first: similar ones, none much further off than the best, and not `wanted` itself. */
export function nearestNames(wanted: string, names: Iterable<string>, count = 3): readonly string[] {
  const target = wanted.toLowerCase()
  const allowed = Math.min(3, Math.max(1, Math.floor(wanted.length / 3)))
  const scored = new Map<string, number>()
  for (const name of names) {
    if (name === wanted || scored.has(name)) continue
    const score = dissimilarity(target, name.toLowerCase(), allowed)
    if (score !== undefined) scored.set(name, score)
  }
  const byScore = (a: readonly [string, number], b: readonly [string, number]) =>
    a[1] - b[1] || a[0].length - b[0].length || compare(a[0], b[0])
  const sorted = [...scored].sort(byScore)
  const worst = (sorted[0]?.[1] ?? 0) + 1
  return sorted
    .filter(([, score]) => score <= worst)
    .slice(0, count)
    .map(([name]) => name)
}

/** 0: the same but for case; then by edit distance, half a point worse where the package or class was left out; then names that contain it. */
function dissimilarity(target: string, name: string, allowed: number): number | undefined {
  const whole = editDistance(target, name, allowed)
  if (whole <= allowed) return whole
  const last = editDistance(target, name.slice(lastPart(name)), allowed)
  if (last <= allowed) return last + 0.5
  return target.length >= 4 && name.includes(target) ? allowed + 1 : undefined
}

/** Where the last part of `package.Type.method` or `class::method` begins. */
function lastPart(name: string): number {
  return Math.max(name.lastIndexOf('.'), name.lastIndexOf('/'), name.lastIndexOf(':')) + 1
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/**
 * The edit distance (insert, delete, change, swap two neighbours), or some number above `limit` when it is above. Only the
 * band of width 2 x `limit` + 1 is worked out.
 */
export function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1
  const same = commonPrefix(a, b)
  return bandedDistance(a.slice(same), b.slice(same), limit)
}

function commonPrefix(a: string, b: string): number {
  let length = 0
  while (length < a.length && a.charCodeAt(length) === b.charCodeAt(length)) length++
  return length
}

function bandedDistance(a: string, b: string, limit: number): number {
  let before: readonly number[] = []
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const current = new Array<number>(b.length + 1).fill(limit + 1)
    current[0] = row
    for (let column = Math.max(1, row - limit); column <= Math.min(b.length, row + limit); column++) {
      const change = at(previous, column - 1) + Number(a[row - 1] !== b[column - 1])
      const swapped = row > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      const swap = swapped ? at(before, column - 2) + 1 : Number.POSITIVE_INFINITY
      current[column] = Math.min(change, swap, at(previous, column) + 1, at(current, column - 1) + 1)
    }
    // A swap reaches back two rows, so the end is certain only when neither of the last two is within the limit.
    if (Math.min(...current) > limit && Math.min(...previous) > limit) return limit + 1
    before = previous
    previous = current
  }
  return at(previous, b.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY
}
