/**
 * A bpftrace script as a call of the library: what it prints comes as events, its maps can be read while it runs and behind its end.
 */
import { type Diagnostic, hasErrors } from '../../base/diagnostic.ts'
import { UsageError } from '../../base/errors.ts'
import { sourceText } from '../../base/source-text.ts'
import type { OutputWriter } from '../../output/output-writer.ts'
import { renderFormat } from '../../output/printf.ts'
import { readErrorText } from '../../output/read-error.ts'
import { fromByteString } from '../../spec/byte-string.ts'
import { ProgramError } from '../program/program-error.ts'
import { EventQueue } from './event-queue.ts'
import { runScript } from './run-script.ts'
import type { ScriptMaps } from './script-maps.ts'
import type { ByteSink, RunObserver } from './script-options.ts'
import { type ScriptEntry, type ScriptValue, scriptEntries, scriptValue } from './script-values.ts'
import { StopRequest } from './stop-request.ts'

/** Choices for a script. */
export interface ScriptRunOptions {
  /** `$1`, `$2`, ... */
  readonly parameters?: readonly string[]
  /** Traces only this process; the run ends when it does. */
  readonly pid?: number
  /** A command to run and trace, held until everything is attached; the run ends when it does. */
  readonly command?: string
  /** Only tasks in this cgroup (a directory of a cgroup v2 mount) and below. */
  readonly cgroupPath?: string
  /** Allows functions that change what is traced, or run commands; as `--unsafe` of the command. */
  readonly unsafe?: boolean
  /** Features of the kernel to do without; as `--no-feature` of the command. */
  readonly disabledFeatures?: readonly string[]
  /** Ends the run when it is aborted. */
  readonly signal?: AbortSignal
}

/** What a script says. */
export type ScriptEvent =
  | { readonly kind: 'printf'; readonly text: string; readonly values: readonly ScriptValue[] }
  /** `errorf()` or `warnf()`; `line` is the line of the script. */
  | { readonly kind: 'message'; readonly severity: 'error' | 'warning'; readonly text: string; readonly line: number }
  | { readonly kind: 'time' | 'system' | 'cat' | 'join' | 'failure'; readonly text: string }
  /** `print()` of what is not a map. */
  | { readonly kind: 'value'; readonly value: ScriptValue }
  /** `print()` of a map, by its name with the `@`. */
  | { readonly kind: 'map'; readonly name: string; readonly entries: readonly ScriptEntry[] }

/** A running script. Its events end when it does, with what ended it if it failed; whoever stops reading them still has to close it. */
export interface ScriptSession extends AsyncIterable<ScriptEvent>, AsyncDisposable {
  /** The entries of a map, by its name with or without the `@`; when the run has ended, those that it ended with. Throws `UsageError` when there is no such map. */
  map(name: string): readonly ScriptEntry[]
  /** Events that found no room in the ring buffer, or in the queue of those that nobody has read, so far. */
  readonly lost: bigint
  /** The exit code, once the run has ended. Rejects with what ended it. */
  readonly ended: Promise<number>
  /** Asks for the end: END probes run, and `ended` resolves. Twice is fine. */
  stop(): void
  /** Stops, and waits for the end. */
  close(): Promise<void>
}

/**
 * Runs a bpftrace script: `await bpftrace\`...\`` or `await bpftrace(text, options)`. Resolves when all probes are attached; the caller closes
 * the session. What stands in `${}` is put into the text as it is. Throws `ProgramError` for mistakes in the script, `UsageError` for targets
 * that are not there, `PermissionError`, `NotSupportedError`, `VerifierError` and `SyscallError` as the kernel refuses.
 */
export function bpftrace(text: string, options?: ScriptRunOptions): Promise<ScriptSession>
export function bpftrace(strings: TemplateStringsArray, ...values: readonly (string | number | bigint)[]): Promise<ScriptSession>
export function bpftrace(first: string | TemplateStringsArray, ...others: readonly unknown[]): Promise<ScriptSession> {
  if (typeof first === 'string') return openScript(first, (others[0] ?? {}) as ScriptRunOptions)
  return openScript(String.raw(first, ...others), {})
}

async function openScript(text: string, options: ScriptRunOptions): Promise<ScriptSession> {
  const { signal, ...chosen } = options
  signal?.throwIfAborted()
  const stop = new StopRequest()
  const run = new ObservedRun()
  const request = {
    parameters: [],
    disabledFeatures: [],
    ...chosen,
    source: sourceText('script', text),
    format: 'text' as const,
    quiet: true,
    verbose: false,
    debugStages: new Set<never>(),
    test: false,
    vm: false,
    dryRun: false,
    unsafe: chosen.unsafe ?? false,
  }
  const end = () => stop.request({ kind: 'signal' })
  signal?.addEventListener('abort', end)
  const ended = runScript(request, { out: NOWHERE, err: NOWHERE, isTerminal: false, observer: run }, stop).finally(() => {
    signal?.removeEventListener('abort', end)
  })
  // Whoever reads or waits is told of a failure; nobody else is to be ended by it.
  ended.then(
    () => run.events.end(),
    (failure) => run.events.end(failure),
  )
  const code = await Promise.race([run.attachedOnce, ended])
  if (code !== undefined && run.mistakes.length > 0) throw new ProgramError(run.mistakes, 'the script')
  return {
    map: (name) => run.entries(name),
    get lost() {
      return run.events.dropped + run.lostEvents
    },
    ended,
    stop: end,
    async close() {
      end()
      await ended
    },
    async [Symbol.asyncDispose]() {
      end()
      await ended
    },
    [Symbol.asyncIterator]: () => run.events[Symbol.asyncIterator](),
  }
}

const NOWHERE: ByteSink = { write: () => {}, flush: () => {} }

/** One run as its library sees it. */
class ObservedRun implements RunObserver {
  readonly events = new EventQueue<ScriptEvent>()
  readonly attachedOnce: Promise<void>
  mistakes: readonly Diagnostic[] = []
  lostEvents = 0n
  #maps: ScriptMaps | undefined
  #final: ReadonlyMap<string, readonly ScriptEntry[]> | undefined
  #resolve: () => void = () => {}

  constructor() {
    this.attachedOnce = new Promise((resolve) => {
      this.#resolve = resolve
    })
  }

  readonly writer: OutputWriter = {
    attachedProbes: () => {},
    printf: (format, values) =>
      this.events.push({
        kind: 'printf',
        text: fromByteString(renderFormat(format, values, (text) => text)),
        values: values.map(scriptValue),
      }),
    message: ({ severity, place, format }, values) => {
      const text = fromByteString(renderFormat(format, values, (bytes) => bytes))
      this.events.push({ kind: 'message', severity, text, line: place.line })
    },
    runtimeWarning: ({ message, place }) => this.events.push({ kind: 'message', severity: 'warning', text: message, line: place.line }),
    failedRead: ({ place, helper }, code) =>
      this.events.push({ kind: 'message', severity: 'warning', text: `${readErrorText(code)} (${helper})`, line: place.line }),
    foreign: (from, text) => this.events.push({ kind: from, text: fromByteString(text) }),
    join: (text) => this.events.push({ kind: 'join', text: fromByteString(text) }),
    failure: (message) => this.events.push({ kind: 'failure', text: fromByteString(message) }),
    time: (text) => this.events.push({ kind: 'time', text: fromByteString(text) }),
    value: (value) => this.events.push({ kind: 'value', value: scriptValue(value) }),
    map: (contents) => this.events.push({ kind: 'map', name: contents.name, entries: scriptEntries(contents) }),
    lostEvents: (count) => {
      this.lostEvents += count
    },
    totalLostEvents: () => {},
    droppedUpdates: () => {},
    totalDroppedUpdates: () => {},
    endOfProgram: () => {
      this.#final = this.#snapshot()
    },
    mapAtExit: () => {},
  }

  diagnosed(diagnostics: readonly Diagnostic[]): void {
    if (hasErrors(diagnostics)) this.mistakes = diagnostics
  }

  attached(maps: ScriptMaps): void {
    this.#maps = maps
    this.#resolve()
  }

  entries(name: string): readonly ScriptEntry[] {
    const wanted = name.startsWith('@') ? name : `@${name}`
    const entries = (this.#final ?? this.#snapshot(wanted)).get(wanted)
    if (entries === undefined) throw new UsageError(`the script has no map ${wanted}`)
    return entries
  }

  #snapshot(only?: string): ReadonlyMap<string, readonly ScriptEntry[]> {
    const maps = this.#maps
    if (maps === undefined) return new Map()
    const wanted = maps.names().filter((name) => only === undefined || maps.nameOf(name) === only)
    return new Map(wanted.map((name) => [maps.nameOf(name), scriptEntries(maps.contents(name))]))
  }
}
