/**
 * Stacks folded to one line each, outermost frame first, as Brendan Gregg's flamegraph.pl reads them (`a;b;c 3`), and the
 * difference of two such (difffolded.pl: `a;b;c 3 5`).
 */
import type { Profile, Sample } from '../../spec/profile.ts'
import { frameName } from './frame-name.ts'

/** A stack as one text, and its number. */
export interface FoldedStack {
  /** Names from the outermost in, with `;` between them; labels that are text (the thread's name) stand in front. */
  readonly stack: string
  readonly value: bigint
}

/** A stack of two folded profiles, 0 where one has not got it. */
export interface FoldedDifference {
  readonly stack: string
  readonly before: bigint
  readonly after: bigint
}

/** Adds up the samples of equal names by the values number `index`; in the order of the stacks' bytes. What is 0 is left out. */
export function fold(profile: Profile, index = 0): readonly FoldedStack[] {
  const sums = new Map<string, bigint>()
  for (const sample of profile.samples) {
    const stack = foldedStack(sample)
    sums.set(stack, (sums.get(stack) ?? 0n) + (sample.values[index] ?? 0n))
  }
  return [...sums]
    .filter(([, value]) => value !== 0n)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([stack, value]) => ({ stack, value }))
}

/** What became of each stack, those first that changed most. */
export function diff(before: readonly FoldedStack[], after: readonly FoldedStack[]): readonly FoldedDifference[] {
  const earlier = new Map(before.map(({ stack, value }) => [stack, value]))
  const later = new Map(after.map(({ stack, value }) => [stack, value]))
  const change = ({ before, after }: FoldedDifference): bigint => (after > before ? after - before : before - after)
  return [...new Set([...earlier.keys(), ...later.keys()])]
    .map((stack) => ({ stack, before: earlier.get(stack) ?? 0n, after: later.get(stack) ?? 0n }))
    .sort((a, b) => (change(a) === change(b) ? (a.stack < b.stack ? -1 : 1) : change(a) > change(b) ? -1 : 1))
}

/** The lines of `flamegraph.pl`, or, of a difference, of `difffolded.pl`'s output. */
export function foldedText(stacks: readonly (FoldedStack | FoldedDifference)[]): string {
  return stacks.map((one) => `${one.stack} ${'value' in one ? one.value : `${one.before} ${one.after}`}\n`).join('')
}

function foldedStack({ frames, labels = [] }: Sample): string {
  const texts = labels.flatMap(({ value }) => (typeof value === 'string' ? [value] : []))
  const names = frames.length === 0 ? ['[unknown]'] : frames.map(frameName).reverse()
  return [...texts, ...names].map(withoutSeparators).join(';')
}

/** A name must not end its frame or its line. */
function withoutSeparators(name: string): string {
  return name.replaceAll(';', ':').replaceAll(/[\n\r]/g, ' ')
}
