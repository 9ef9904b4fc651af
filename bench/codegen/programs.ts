/**
 * The programs of the comparison, by name. Each is in `scripts/NAME.bt` or `typescript/NAME.ts` as a user of borescope writes
 * it (one in IR, which no front-end makes), and in `c/NAME.c` as a competent author writes the same work for libbpf: the same
 * maps, keys and record layouts, the same checks. What only we carry is counting of losses (a full map, a full ring) and,
 * for maps without key, the byte that says whether they are set.
 */

/** In what our side is written. */
export type Language = 'script' | 'typescript' | 'ir'

/** One program of the comparison. */
export interface BenchProgram {
  readonly name: string
  readonly language: Language
}

const SCRIPTS = [
  'read-global',
  'count-hits',
  'latency',
  'hist',
  'hist-by-key',
  'lhist',
  'string-key',
  'comm-key',
  'tuple-key',
  'print-values',
  'compare-text',
  'two-maps',
  'delete-entry',
  'extremes',
  'branches',
  'loop-constant',
  'loop-run-time',
]
const TYPESCRIPT = ['struct-event', 'slow-calls', 'signed-division', 'bounded-loop']
const IR = ['stack-count']

const named =
  (language: Language) =>
  (name: string): BenchProgram => ({ name, language })

/** All of them, in the order of the table. */
export const BENCH_PROGRAMS: readonly BenchProgram[] = [
  ...SCRIPTS.map(named('script')),
  ...TYPESCRIPT.map(named('typescript')),
  ...IR.map(named('ir')),
]
