/**
 * Running a program: compile, load, attach; then a session with the program's parts by name until it is closed.
 */
import { ClosedError } from '../../base/errors.ts'
import { createKernelExecutor } from '../../kernel/loader/kernel-executor.ts'
import type { Executor, Link, LoadedObject } from '../../spec/executor.ts'
import { readLossCounts } from '../../spec/loss-counts.ts'
import { LOSS_MAP } from '../../spec/map-spec.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { TypeSource } from '../../spec/type-source.ts'
import { openTypeSource } from '../machine-types.ts'
import { type BuildOptions, type BuiltProgram, buildProgram, type Parts } from './build-object.ts'
import { type SessionPart, type SessionProbe, viewOf } from './session-parts.ts'

/** Choices for a session. */
export interface TraceOptions {
  /** What runs the program; the kernel by default. */
  readonly executor?: Executor
  /** Features of the kernel to do without, such as `uprobe_multi`; as `--no-feature` of the command. */
  readonly disabledFeatures?: readonly string[]
  /** What knows executables; the machine's files by default. */
  readonly types?: TypeSource
  /** Allows probes to change what they trace: `user.write`. */
  readonly unsafe?: boolean
  /** Closes the session when it is aborted, so that loops over events end. */
  readonly signal?: AbortSignal
}

/** A running program. An idle session does not keep the process alive; a loop that waits for its events does. */
export type Session<P> = { readonly [Name in keyof P]: SessionPart<P[Name]> } & SessionControl

/** What every session has besides its parts. */
export interface SessionControl extends AsyncDisposable {
  /** Records that found no room in their ring buffer and entries that found none in their hash, so far. */
  readonly lost: bigint
  /** Detaches the probes and keeps the rest: maps can be read, and the events that are there. Twice is fine. */
  detach(): void
  /** Detaches the probes and frees everything; loops over events end. Twice is fine; everything else then throws `ClosedError`. */
  close(): Promise<void>
}

/**
 * Compiles the probes of a program, loads it into the kernel and attaches it. The caller closes the session. Throws
 * `ProgramError` for mistakes in the functions, `UsageError` for files and symbols that are not there, `PermissionError`,
 * `NotSupportedError`, `VerifierError` and `SyscallError` as the kernel refuses, and the reason of a `signal` that is aborted already.
 */
export async function trace<const P extends Parts>(parts: P, options: TraceOptions = {}): Promise<Session<P>> {
  options.signal?.throwIfAborted()
  const executor = options.executor ?? createKernelExecutor({ disabledFeatures: options.disabledFeatures ?? [] })
  const program = compileParts(parts, { instructionSet: executor.instructionSet, unsafe: options.unsafe }, options.types)
  const loaded = executor.load(program.object, { constants: new Map() })
  try {
    return openSession(parts, { loaded, probes: attachAll(program, loaded), signal: options.signal })
  } catch (error) {
    loaded.close()
    throw error
  }
}

function compileParts(parts: Parts, options: BuildOptions, types: TypeSource | undefined): BuiltProgram {
  if (types !== undefined) return buildProgram(parts, types, options)
  const own = openTypeSource()
  try {
    return buildProgram(parts, own, options)
  } finally {
    own.close()
  }
}

function attachAll({ object, probes }: BuiltProgram, loaded: LoadedObject): ReadonlyMap<string, readonly Link[]> {
  return new Map([...probes].map(([probe, programs]) => [probe, programs.flatMap((name) => attachProgram(object, loaded, name))]))
}

function attachProgram(object: ObjectSpec, loaded: LoadedObject, name: string): Link[] {
  const spec = object.programs.find((program) => program.name === name)
  return (spec?.attach ?? []).map((point) => loaded.attach(name, point))
}

function summaryOf(links: readonly Link[]): SessionProbe {
  return { how: links[0]?.how ?? 'none', siteCount: links.reduce((sum, link) => sum + link.siteCount, 0) }
}

interface Running {
  readonly loaded: LoadedObject
  /** Links by the name of their probe. */
  readonly probes: ReadonlyMap<string, readonly Link[]>
  readonly signal: AbortSignal | undefined
}

function openSession<P extends Parts>(parts: P, { loaded, probes, signal }: Running): Session<P> {
  const closing = new Set<() => void>()
  let open = true
  const object = () => {
    if (!open) throw new ClosedError('the session')
    return loaded
  }
  const detach = () => {
    object()
    for (const links of probes.values()) for (const link of links) link.close()
  }
  const close = async () => {
    open = false
    signal?.removeEventListener('abort', close)
    for (const callback of closing) callback()
    closing.clear()
    loaded.close()
  }
  signal?.addEventListener('abort', close)
  const session = { detach, close, [Symbol.asyncDispose]: close }
  Object.defineProperty(session, LOSS_MAP, { enumerable: true, get: () => readLost(object()) })
  for (const [name, part] of Object.entries(parts)) {
    const onClose = (callback: () => void) => {
      closing.add(callback)
      return () => void closing.delete(callback)
    }
    const links = probes.get(name)
    const value = links === undefined ? viewOf(part, { name, object, isOpen: () => open, onClose }) : summaryOf(links)
    Object.defineProperty(session, name, { enumerable: true, value })
  }
  return session as unknown as Session<P>
}

function readLost(loaded: LoadedObject): bigint {
  const { events, updates } = readLossCounts(loaded.map(LOSS_MAP))
  return events + updates
}
