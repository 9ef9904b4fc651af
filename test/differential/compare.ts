/**
 * Runs random scripts under bpftrace and borescope and shows every line that the two treat differently: another output, or
 * refused by one of them only. By hand, as root, after `npm run build`:
 *
 *     BPFTRACE=/path/to/bpftrace node --import tsx test/differential/compare.ts [SEED [SCRIPTS]]
 */
import { spawnSync } from 'node:child_process'
import { randomLine } from './lines.ts'
import { Random } from './random.ts'

const LINES = 60
const LINES_PER_PROBE = 12
/** How bpftrace ends when it fails an assertion of its own or of LLVM: nothing to compare with. */
const CRASH = /Assertion|^BUG: /m
const CONFIG = 'config = { print_maps_on_exit = false }'
const TIMEOUT_MS = 60_000
const COMMANDS = {
  bpftrace: process.env.BPFTRACE ?? 'bpftrace',
  borescope: process.env.BORESCOPE ?? `${import.meta.dirname}/../../bin/borescope`,
} as const

/** What one of them did with a script: what each line printed, or which lines it refused. */
interface Outcome {
  readonly printed: ReadonlyMap<number, string>
  /** Message by line id. */
  readonly refused: ReadonlyMap<number, string>
  readonly failure: string | undefined
}

const [seed = '1', scripts = '20'] = process.argv.slice(2)
let differences = 0
for (let i = 0; i < Number(scripts); i++) differences += compareScript(Number(seed) + i)
console.log(`${scripts} scripts of ${LINES} lines from seed ${seed}: ${differences} differences`)

/** Compares one script; answers how many lines differ. */
function compareScript(scriptSeed: number): number {
  const random = new Random(scriptSeed * 1000)
  return compareLines(new Map(Array.from({ length: LINES }, (_, i) => [i, randomLine(random, i)])))
}

/** Takes out the lines that are refused, and halves a script that fails as a whole, until what is left can be compared. */
function compareLines(all: ReadonlyMap<number, string>): number {
  const lines = new Map(all)
  let count = 0
  while (lines.size > 0) {
    const script = scriptOf(lines)
    const [theirs, ours] = [run(COMMANDS.bpftrace, script), run(COMMANDS.borescope, script)]
    if (theirs.failure !== undefined || ours.failure !== undefined) return count + compareFailed(lines, theirs, ours)
    if (theirs.refused.size === 0 && ours.refused.size === 0) return count + comparePrinted(lines, theirs, ours)
    count += compareRefused(lines, theirs, ours)
  }
  return count
}

function compareFailed(lines: ReadonlyMap<number, string>, theirs: Outcome, ours: Outcome): number {
  const entries = [...lines]
  const [id, line] = entries[0] ?? [0, '']
  if (entries.length === 1 && CRASH.test(theirs.failure ?? '')) return 0
  if (entries.length === 1) return report(id, line, `bpftrace:  ${theirs.failure ?? 'runs it'}\nborescope: ${ours.failure ?? 'runs it'}`)
  const middle = entries.length >> 1
  return compareLines(new Map(entries.slice(0, middle))) + compareLines(new Map(entries.slice(middle)))
}

function comparePrinted(lines: ReadonlyMap<number, string>, theirs: Outcome, ours: Outcome): number {
  let count = 0
  for (const [id, line] of lines) {
    const [expected, found] = [theirs.printed.get(id), ours.printed.get(id)]
    if (expected !== found) count += report(id, line, `bpftrace:  ${JSON.stringify(expected)}\nborescope: ${JSON.stringify(found)}`)
  }
  return count
}

/** Passes of a compiler hide what later ones would say: a line that only one refuses is tried once more by itself. */
function compareRefused(lines: Map<number, string>, theirs: Outcome, ours: Outcome): number {
  let count = 0
  for (const [id, line] of [...lines]) {
    if (!theirs.refused.has(id) && !ours.refused.has(id)) continue
    lines.delete(id)
    const alone = scriptOf(new Map([[id, line]]))
    const [one, other] = [run(COMMANDS.bpftrace, alone), run(COMMANDS.borescope, alone)]
    const [theirMessage, ourMessage] = [one.refused.get(id) ?? one.failure, other.refused.get(id) ?? other.failure]
    if ((theirMessage === undefined) === (ourMessage === undefined)) continue
    count += report(id, line, `bpftrace:  ${theirMessage ?? 'accepts it'}\nborescope: ${ourMessage ?? 'accepts it'}`)
  }
  return count
}

/** Line N of the text is line N of the map, so that messages can be told apart. */
function scriptOf(lines: ReadonlyMap<number, string>): string {
  const text = Array.from({ length: LINES }, (_, i) => {
    const [open, close] = [
      i % LINES_PER_PROBE === 0 ? `${i === 0 ? CONFIG : ''} BEGIN { ` : '',
      i % LINES_PER_PROBE === LINES_PER_PROBE - 1 ? ' }' : '',
    ]
    return `${open}${lines.get(i) ?? ''}${close}`
  })
  return `${text.join('\n')}\n`
}

function run(command: string, script: string): Outcome {
  const { stdout, stderr, status, error } = spawnSync(command, ['-q', '-e', script], { encoding: 'latin1', timeout: TIMEOUT_MS })
  const refused = new Map<number, string>()
  if (status !== 0)
    for (const [, line, message] of stderr.matchAll(/^stdin:(\d+)[-:].*?ERROR: (.*)$/gm)) refused.set(Number(line) - 1, message ?? '')
  const failed = error !== undefined || (status !== 0 && refused.size === 0)
  const printed = new Map([...stdout.matchAll(/^#(\d+) ([^#]*)/gm)].map(([, id, text]) => [Number(id), (text ?? '').trimEnd()]))
  return { printed, refused, failure: failed ? (error?.message ?? errorsOf(stderr)) : undefined }
}

function errorsOf(stderr: string): string {
  return stderr.match(/^ERROR: .*$/gm)?.join('\n') ?? stderr
}

function report(id: number, text: string, what: string): 1 {
  console.log(`--- ${id}\n${text}\n${what}\n`)
  return 1
}
