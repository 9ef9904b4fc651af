/**
 * Random scripts of the bpftrace language for the type source of `frozen-type-source.ts`: several probes over shared maps.
 */
import { type Choices, pickWeighted } from '../choices.ts'
import { condition } from './expressions.ts'
import { type Place, type RandomMap, randomShape, type ScriptScope, type Shape } from './scope.ts'
import { assignTo, statements } from './statements.ts'

const PROBES: readonly (readonly [number, string, Place])[] = [
  [3, 'BEGIN', 'special'],
  [6, 'uprobe:/frozen/native:do_work', 'uprobe'],
  [1, 'END', 'special'],
  [2, 'uprobe:/frozen/native:do_*', 'uprobe'],
  [2, 'uretprobe:/frozen/native:do_more', 'uretprobe'],
  [2, 'uprobe:/frozen/counter:"main.*"', 'go'],
  [1, 'uprobe:/frozen/native:do_work, uprobe:/frozen/native:do_more', 'uprobe'],
  [2, 'interval:s:1', 'timer'],
  [2, 'profile:hz:99', 'timer'],
  [2, 'tracepoint:syscalls:sys_enter_openat', 'openat'],
  [2, 'tracepoint:syscalls:sys_enter_close', 'close'],
  [2, 'tracepoint:sched:sched_process_exec', 'exec'],
]
const AGGREGATIONS = [
  ...['count()', 'sum(%)', 'min(%)', 'max(%)', 'avg(%)', 'stats(%)', 'hist(%)', 'hist(%, 0)', 'hist(%, 3)', 'hist(%, 5)'],
  ...['lhist(%, 0, 100, 10)', 'lhist(%, 0, 1, 1)', 'lhist(%, 3, 1000, 7)', 'lhist(%, 0, 1000000000000, 1000000000)'],
]
const DEFAULT_STRLEN = 1024
const MAX_STRLEN = [DEFAULT_STRLEN, DEFAULT_STRLEN, DEFAULT_STRLEN, DEFAULT_STRLEN, 16, 33, 64, 200, 512, 2048, 4095, 10_000]

/** A random script. */
export function randomScript(choices: Choices): string {
  const maps = Array.from({ length: choices.below(choices.once(6) ? 16 : 5) }, (_, index) => randomMap(choices, index))
  const counter = { next: 0 }
  const count = 1 + choices.below(3)
  const maxStringLength = choices.pick(MAX_STRLEN)
  const probes = Array.from({ length: count }, (_, index) => probe({ choices, maps, counter, maxStringLength, blocks: [] }, index === 0))
  return `${maxStringLength === DEFAULT_STRLEN ? '' : `config = { max_strlen = ${maxStringLength} }\n`}${probes.join('\n')}\n`
}

/** The first probe assigns to each map, so that all have a type. */
function probe(scope: Omit<ScriptScope, 'place'>, isFirst: boolean): string {
  const [, name, place] = pickWeighted(
    scope.choices,
    PROBES.map((row) => [row[0], row] as const),
  )
  const { choices } = scope
  const inside: ScriptScope = { ...scope, place }
  const filter = choices.once(4) ? ` / ${condition(inside)} /` : ''
  const first = isFirst ? `${scope.maps.map((_, index) => assignTo(inside, index)).join(' ')} ` : ''
  return `${name}${filter} { ${first}${statements(inside, choices.pick([3, 3, 4, 6]), choices.pick([4, 10, 30, 90]))} }`
}

function randomMap(choices: Choices, index: number): RandomMap {
  const name = `@m${index}`
  const key: Shape | undefined = choices.once(3) ? undefined : randomShape(choices)
  if (choices.once(2)) return { name, key, value: { kind: 'aggregation', call: choices.pick(AGGREGATIONS) } }
  return { name, key, value: randomShape(choices) }
}
