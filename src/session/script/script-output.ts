/**
 * The output half of a run: drains the ring buffer, hands each record to its handler, and reports losses. Values are made
 * and rendered elsewhere (`spec/decode.ts`, `output/`).
 */

import { createWriter } from '../../output/create-writer.ts'
import { isProfileFormat } from '../../output/output-format.ts'
import type { OutputWriter, TextSink } from '../../output/output-writer.ts'
import { withoutWarnings } from '../../output/without-warnings.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import { type LossCounts, readLossCounts } from '../../spec/loss-counts.ts'
import { EVENTS_MAP, LOSS_MAP } from '../../spec/map-spec.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import { elapsedMs } from '../elapsed.ts'
import { formatLocalTime } from '../local-time.ts'
import type { StackFiles } from '../unwind/stack-files.ts'
import type { RunNames } from './open-names.ts'
import type { TurnResult } from './poll-loop.ts'
import { recordHandler } from './record-handler.ts'
import { ScriptMaps } from './script-maps.ts'
import type { ScriptOptions, ScriptStreams } from './script-options.ts'
import type { StopRequest } from './stop-request.ts'

/** A turn hands control back to the event loop after this long, so that signals and timers are served. */
const TURN_LIMIT_MS = 10
/** How often within a turn the time is looked at. */
const RECORDS_PER_LOOK = 64

/** A variable of the environment, and the line that it asks for when everything is attached. */
const NOTIFY = '__BPFTRACE_NOTIFY_PROBES_ATTACHED'

/** What a run's output is made from. */
export interface ScriptOutputParts {
  readonly object: ObjectSpec
  readonly loaded: LoadedObject
  readonly options: ScriptOptions
  readonly streams: ScriptStreams
  readonly stop: StopRequest
  readonly names: RunNames
  /** Detaches watchpoints; absent where nothing is attached. */
  readonly unwatch?: (address: bigint) => void
  /** Absent when no program walks stacks by tables. */
  readonly stackFiles?: StackFiles | undefined
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
  const { names } = parts
  const maps = new ScriptMaps(object, loaded, names)
  const { format } = parts.options
  const isProfile = isProfileFormat(format)
  const everything =
    streams.observer?.writer ??
    createWriter(isProfile ? 'text' : format, { out: streams.out, err: inOrder(streams), escapeControls: streams.isTerminal })
  const writer = parts.options.noWarnings === true ? withoutWarnings(everything) : everything
  const handle = recordHandler(object, {
    maps,
    names,
    sawProcess: (pid) => names.sawProcess(pid),
    meetCode: (code) => parts.stackFiles?.meet(code),
    unwatch: (address) => parts.unwatch?.(address),
    writer,
    stop,
    localTime: formatLocalTime,
  })
  const hasEvents = object.maps.some((map) => map.name === EVENTS_MAP)
  const losses = lossReport(parts, { writer, maps })
  let ending = false

  /** As bpftrace does, records behind an `exit()` are taken out of the ring and dropped, until END runs. */
  const drain = (goOn: () => boolean): number =>
    hasEvents
      ? loaded.visit(EVENTS_MAP, (data, at, length) => {
          if (ending || stop.reason?.kind !== 'exit') handle(data, at, length)
          return goOn()
        })
      : 0

  return {
    attached(probeCount) {
      streams.observer?.attached(maps)
      if (!parts.options.quiet) writer.attachedProbes(probeCount)
      // Whoever starts a tracer to test it waits for this line.
      if (process.env[NOTIFY] !== undefined) streams.out.write(`${NOTIFY}\n`)
      streams.err.flush()
      streams.out.flush()
    },
    turn() {
      const limit = turnLimit()
      const count = drain(limit.goOn)
      losses.report()
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
      losses.report()
    },
    finish({ printMaps }) {
      losses.reportTotal()
      writer.endOfProgram()
      if (printMaps) for (const name of maps.names()) if (!(isProfile && maps.isKeyedByStack(name))) writer.mapAtExit(maps.contents(name))
    },
  }
}

/** What goes to the two streams shows in the order in which it was said where both end up in the same place. */
function inOrder({ out, err }: ScriptStreams): TextSink {
  return {
    write(text) {
      out.flush()
      err.write(text)
      err.flush()
    },
  }
}

function turnLimit(): { goOn: () => boolean; reached: () => boolean } {
  const deadline = elapsedMs() + TURN_LIMIT_MS
  let records = 0
  let reached = false
  return {
    goOn: () => {
      if (++records % RECORDS_PER_LOOK === 0) reached = elapsedMs() > deadline
      return !reached
    },
    reached: () => reached,
  }
}

/** Says what got lost: events since this was last called, dropped updates of maps once; and both in all. */
function lossReport({ object, loaded }: ScriptOutputParts, { writer, maps }: { writer: OutputWriter; maps: ScriptMaps }) {
  const map = object.maps.some(({ name }) => name === LOSS_MAP) ? loaded.map(LOSS_MAP) : undefined
  const read = (): LossCounts => (map === undefined ? { events: 0n, updates: 0n } : readLossCounts(map))
  let seen: LossCounts = { events: 0n, updates: 0n }
  return {
    report(): void {
      const now = read()
      if (now.events > seen.events) writer.lostEvents(now.events - seen.events)
      if (now.updates > 0n && seen.updates === 0n) writer.droppedUpdates(maps.full())
      seen = now
    },
    reportTotal(): void {
      const { events, updates } = read()
      if (events > 0n) writer.totalLostEvents(events)
      if (updates > 0n) writer.totalDroppedUpdates(updates)
    },
  }
}
