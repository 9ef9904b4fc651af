/**
 * The output half of a run: drains the ring buffer, hands each record to its handler, and reports losses. Values are made
 * and rendered elsewhere (`spec/decode.ts`, `output/`).
 */
import { createWriter } from '../../output/create-writer.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import { EVENTS_MAP, LOSS_MAP } from '../../spec/map-spec.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { formatLocalTime } from '../local-time.ts'
import type { TurnResult } from './poll-loop.ts'
import { recordHandler } from './record-handler.ts'
import { ScriptMaps } from './script-maps.ts'
import type { ScriptOptions, ScriptStreams } from './script-options.ts'
import type { StopRequest } from './stop-request.ts'

/** A turn hands control back to the event loop after this long, so that signals and timers are served. */
const TURN_LIMIT_MS = 10
/** How often within a turn the time is looked at. */
const RECORDS_PER_LOOK = 64

/** What a run's output is made from. */
export interface ScriptOutputParts {
  readonly object: ObjectSpec
  readonly loaded: LoadedObject
  readonly options: ScriptOptions
  readonly streams: ScriptStreams
  readonly stop: StopRequest
}

/** What the run tells its output, in the order of the run. */
export interface ScriptOutput {
  attached(probeCount: number): void
  /** One turn of the poll loop. */
  turn(): TurnResult
  /** From here on records are those of END: nothing is dropped because of an earlier `exit()`. */
  beginEnd(): void
  /** Handles everything that is in the ring buffer. */
  drainAll(): void
  /** Total of losses and, unless told otherwise, the maps. */
  finish(options: { readonly printMaps: boolean }): void
}

/** Makes the output of a run. It opens nothing of its own: the loaded object and the streams stay the caller's. */
export function createScriptOutput(parts: ScriptOutputParts): ScriptOutput {
  const { object, loaded, streams, stop } = parts
  const maps = new ScriptMaps(object, loaded)
  const writer = createWriter(parts.options.format, { out: streams.out, err: streams.err, escapeControls: streams.isTerminal })
  const handle = recordHandler(object, { maps, writer, stop, localTime: formatLocalTime })
  const hasEvents = object.maps.some((map) => map.name === EVENTS_MAP)
  const losses = lossCounter(object, loaded)
  let ending = false

  /** As bpftrace does, records behind an `exit()` are taken out of the ring and dropped, until END runs. */
  const handleUnlessExited = (record: Uint8Array): void => {
    if (ending || stop.reason?.kind !== 'exit') handle(record)
  }
  const drain = (goOn: () => boolean): number =>
    hasEvents
      ? loaded.drain(EVENTS_MAP, (record) => {
          handleUnlessExited(record)
          return goOn()
        })
      : 0
  const reportLosses = (): void => {
    const lost = losses()
    if (lost.since > 0n) writer.lostEvents(lost.since)
  }

  return {
    attached(probeCount) {
      if (!parts.options.quiet) writer.attachedProbes(probeCount)
      streams.err.flush()
      streams.out.flush()
    },
    turn() {
      const limit = turnLimit()
      const count = drain(limit.goOn)
      reportLosses()
      streams.out.flush()
      streams.err.flush()
      return limit.reached() ? 'more' : count > 0 ? 'busy' : 'idle'
    },
    beginEnd() {
      if (stop.reason?.kind === 'exit') drain(() => true)
      ending = true
    },
    drainAll() {
      drain(() => true)
      reportLosses()
    },
    finish({ printMaps }) {
      const { total } = losses()
      if (total > 0n) writer.totalLostEvents(total)
      writer.endOfProgram()
      if (printMaps) for (const name of maps.names()) writer.mapAtExit(maps.contents(name))
    },
  }
}

function turnLimit(): { goOn: () => boolean; reached: () => boolean } {
  const deadline = performance.now() + TURN_LIMIT_MS
  let records = 0
  let reached = false
  return {
    goOn: () => {
      if (++records % RECORDS_PER_LOOK === 0) reached = performance.now() > deadline
      return !reached
    },
    reached: () => reached,
  }
}

/** Reads the count of lost events: in all, and since it was last read. */
function lossCounter(object: ObjectSpec, loaded: LoadedObject): () => { readonly total: bigint; readonly since: bigint } {
  if (!object.maps.some((map) => map.name === LOSS_MAP)) return () => ({ total: 0n, since: 0n })
  const map = loaded.map(LOSS_MAP)
  const key = new Uint8Array(4)
  let seen = 0n
  return () => {
    const value = map.lookup(key)?.[0]
    const total = value === undefined ? 0n : new DataView(value.buffer, value.byteOffset, 8).getBigUint64(0, true)
    const since = total - seen
    seen = total
    return { total, since }
  }
}
