/**
 * What user space does with each record of a script's ring buffer: a table from the kind of action to a small function.
 */
import { InternalError } from '../../base/errors.ts'
import type { OutputWriter } from '../../output/output-writer.ts'
import { renderFormat } from '../../output/printf.ts'
import { decodeRecord, type Names } from '../../spec/decode.ts'
import type { RecordVisitor } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { RecordAction, RecordSpec } from '../../spec/record-spec.ts'
import type { Value } from '../../spec/value.ts'
import type { UnknownCode } from '../unwind/stack-files.ts'
import { runCommand, showFile } from './foreign-output.ts'
import type { ScriptMaps } from './script-maps.ts'
import type { StopRequest } from './stop-request.ts'

/** What the actions work on. */
export interface RecordContext {
  readonly maps: ScriptMaps
  readonly names: Names
  /** Told of processes whose stacks were taken. */
  readonly sawProcess: (pid: number) => void
  /** Told of code whose file has no table for unwinding. */
  readonly meetCode: (code: UnknownCode) => void
  /** Detaches watchpoints. */
  readonly unwatch: (address: bigint) => void
  readonly writer: OutputWriter
  readonly stop: StopRequest
  /** The current local time, rendered by a strftime(3) format. */
  readonly localTime: (format: string) => string
}

const asItIs = (text: string): string => text

type Handler<A extends RecordAction> = (action: A, values: readonly Value[], context: RecordContext) => void
type Handlers = { readonly [K in RecordAction['kind']]: Handler<Extract<RecordAction, { kind: K }>> }

const HANDLERS: Handlers = {
  printf: (action, values, { writer }) => writer.printf(action.format, values),
  message: (action, values, { writer }) => writer.message(action, values),
  'runtime-warning': (action, _values, { writer }) => writer.runtimeWarning(action),
  'failed-read': (action, [code], { writer }) => writer.failedRead(action, code?.kind === 'int' ? Number(code.value) : 0),
  'print-value': (_action, [value], { writer }) => writer.value(value ?? { kind: 'none' }),
  'print-map': (action, _values, { writer, maps }) => writer.map(maps.contents(action.map, action)),
  'clear-map': (action, _values, { maps }) => maps.clear(action.map),
  'zero-map': (action, _values, { maps }) => maps.zero(action.map),
  system: (action, values, { writer }) => runCommand(renderFormat(action.format, values, asItIs), writer),
  cat: (action, values, { writer }) => showFile(renderFormat(action.format, values, asItIs), action.most, writer),
  join: (action, [texts], { writer }) => writer.join(textsOf(texts).join(action.separator)),
  time: (action, _values, { writer, localTime }) => writer.time(localTime(action.format)),
  'saw-process': (_action, [pid], { sawProcess }) => {
    if (pid?.kind === 'int') sawProcess(Number(pid.value))
  },
  'unknown-code': (_action, values, { meetCode }) => {
    const [pid = 0n, address = 0n, inode = 0n, device = 0n, size = 0n] = values.map((value) => (value.kind === 'int' ? value.value : 0n))
    meetCode({ pid: Number(pid), address, file: { inode, device: Number(device), fileSize: Number(size) } })
  },
  unwatch: (_action, [address], { unwatch }) => {
    if (address?.kind === 'int') unwatch(BigInt.asUintN(64, address.value))
  },
  exit: (_action, [code], { stop }) => stop.request({ kind: 'exit', code: code?.kind === 'int' ? Number(code.value) : 0 }),
}

/** The texts of an array up to the first that is empty. */
function textsOf(value: Value | undefined): readonly string[] {
  const texts = value?.kind === 'array' ? value.items.map((item) => (item.kind === 'string' ? item.value : '')) : []
  const end = texts.indexOf('')
  return end === -1 ? texts : texts.slice(0, end)
}

/** Makes the function that handles one record. It throws `InternalError` for an id that the object lacks. */
export function recordHandler(object: ObjectSpec, context: RecordContext): RecordVisitor {
  const printers = object.records.map((spec) => context.writer.printer?.(spec))
  return (data, at, length) => {
    const id = data.getUint32(at, true)
    const print = printers[id]
    if (print !== undefined) return print(data, at)
    const spec = object.records[id]
    if (spec === undefined) throw new InternalError(`record with unknown id ${id}`)
    dispatch(spec, decodeRecord(spec.layout, new Uint8Array(data.buffer, data.byteOffset + at, length), context.names), context)
  }
}

function dispatch(spec: RecordSpec, values: readonly Value[], context: RecordContext): void {
  const handler = HANDLERS[spec.action.kind] as Handler<RecordAction>
  handler(spec.action, values, context)
}
