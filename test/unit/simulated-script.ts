/**
 * A stand-in for front-end and kernel that output can be tested with alone: carries out the plainest of BEGIN scripts (literals,
 * aggregations, `printf`, `print`, `clear`, `zero`, `exit`) on map entries in memory, laid out as `MapView` says, and renders them
 * through the real decoding and writers. A script that uses anything else is answered by `undefined`.
 */
import { createWriter } from '../../src/output/create-writer.ts'
import type { OutputWriter, TextSink } from '../../src/output/output-writer.ts'
import type { Value } from '../../src/spec/value.ts'
import { parseLiteral } from './literals.ts'
import { parsePlainFormat } from './plain-format.ts'
import { SimulatedMap } from './simulated-map.ts'

export interface SimulatedRun {
  readonly stdout: string
  readonly stderr: string
}

/** Runs `BEGIN { ... }` and answers what it writes, or `undefined` when the script is beyond this simulation. */
export function runSimulated(program: string, format: 'text' | 'json'): SimulatedRun | undefined {
  const statements = statementsOf(program)
  if (statements === undefined) return undefined
  const stdout: string[] = []
  const stderr: string[] = []
  const writer = createWriter(format, { out: sinkOf(stdout), err: sinkOf(stderr), escapeControls: false })
  const maps = new Map<string, SimulatedMap>()
  for (const statement of statements) {
    if (!ACTIONS.some((action) => action(statement, maps, writer))) return undefined
  }
  writer.endOfProgram()
  for (const [, map] of [...maps].sort(([a], [b]) => (a < b ? -1 : 1))) writer.mapAtExit(map.contents({}))
  return { stdout: stdout.join(''), stderr: stderr.join('') }
}

function sinkOf(parts: string[]): TextSink {
  return { write: (text) => parts.push(text) }
}

function statementsOf(program: string): readonly string[] | undefined {
  const body = /^BEGIN \{ ([^{}]*) \}$/.exec(program)?.[1]
  return body?.match(/(?:"(?:[^"\\]|\\.)*"|[^;"])+/g)?.map((statement) => statement.trim())
}

/** Carries a statement out, or answers false because it is none of its kind. */
type Action = (statement: string, maps: Map<string, SimulatedMap>, writer: OutputWriter) => boolean

const ACTIONS: readonly Action[] = [
  (statement) => statement === '' || statement === 'exit()',
  assign,
  (statement, maps, writer) => {
    const [, verb, name, rest] = /^(print|clear|zero)\((@\w*)((?:, \d+)*)\)$/.exec(statement) ?? []
    const map = maps.get(name ?? '')
    if (map === undefined) return false
    const [top = 0, divide = 0] = (rest?.match(/\d+/g) ?? []).map(Number)
    if (verb === 'print') writer.map(map.contents({ top, divide }))
    else if (verb === 'clear') map.clear()
    else map.zero()
    return true
  },
  (statement, _maps, writer) => {
    const values = argumentsOf(statement, 'print')
    if (values?.length !== 1) return false
    writer.value(values[0]!)
    return true
  },
  (statement, _maps, writer) => {
    const [format, ...values] = argumentsOf(statement, 'printf') ?? []
    if (format?.kind !== 'string') return false
    writer.printf(parsePlainFormat(format.value), values)
    return true
  },
]

function argumentsOf(statement: string, verb: string): readonly Value[] | undefined {
  const text = new RegExp(`^${verb}(\\(.*\\))$`).exec(statement)?.[1]
  const list = text === undefined ? undefined : parseLiteral(text.replace(/\)$/, ',)'))
  return list?.kind === 'tuple' ? list.items : undefined
}

function assign(statement: string, maps: Map<string, SimulatedMap>): boolean {
  const [, name, keyText, plain, call, text] =
    /^(@\w*)(?:\[(.*)\])? \+?= (?=(.*))(?:(count|sum|min|max|avg|stats|hist|lhist)\((.*)\)$)?/.exec(statement) ?? []
  if (name === undefined) return false
  const key = keyText === undefined ? undefined : parseLiteral(keyText.includes(',') ? `(${keyText})` : keyText)
  const operands = parseLiteral(text === '' ? '()' : `(${call === undefined ? plain : text},)`)
  if (operands?.kind !== 'tuple' || (keyText !== undefined && key === undefined)) return false
  const map = maps.get(name) ?? SimulatedMap.create(name, key, call, operands.items)
  if (map === undefined) return false
  maps.set(name, map)
  map.update(key, operands.items)
  return true
}
