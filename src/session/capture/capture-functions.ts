/**
 * What is known of a function value besides what it does: its text, where the text stands in the user's file, and what its
 * free names are bound to. Read through the inspector, so it is the same whatever a tool chain did to the file.
 */
import type { SourceText, Span } from '../../base/source-text.ts'
import { Inspector, type RemoteProperty, type ScriptInfo, type ScriptLocation } from './inspector.ts'
import { locateFunction } from './locate.ts'
import { Reassignments } from './reassigned.ts'
import { type FunctionScope, readScope } from './scope.ts'
import { type OriginalSource, readSourceMap } from './source-map.ts'

/** What a name is bound to where a function stands. */
export type CapturedName =
  | { readonly kind: 'value'; readonly value: unknown }
  /** A variable that something assigns to after its declaration. */
  | { readonly kind: 'reassigned'; readonly value: unknown }
  | { readonly kind: 'unknown' }

/** A function, as it was written. */
export interface CapturedFunction {
  /** What `toString` answers. */
  readonly text: string
  /** The user's file, through source maps where there are any. */
  readonly source: SourceText
  /** Maps a span of `text` to one of `source`. */
  readonly locate: (span: Span) => Span
  /** The value of a free name: of the innermost scope that has it, then of the global object. */
  readonly lookup: (name: string) => CapturedName
}

/** A function value of any type. */
export type AnyFunction = (...args: never[]) => unknown

interface Remote {
  readonly text: string
  readonly location: ScriptLocation | undefined
  readonly scopes: readonly FunctionScope[]
}

interface Script {
  readonly info: ScriptInfo
  readonly text: string
  readonly reassignments: Reassignments
  /** Its way back to the user's files, if it has one. */
  readonly map: OriginalSource | undefined
}

/** Scripts that functions were captured from, by the id that V8 gives to no other. */
const SCRIPTS = new Map<string, Script>()

/** Where the inspector finds what we hand to it. */
const HOLDER = Symbol.for('borescope.capture')

/** Captures functions, in one conversation with the inspector. */
export function captureFunctions(functions: readonly AnyFunction[]): CapturedFunction[] {
  const scopes: object[] = []
  const holder = { functions, scopes }
  const globals = globalThis as { [HOLDER]?: typeof holder }
  globals[HOLDER] = holder
  const inspector = new Inspector()
  try {
    const holderId = inspector.evaluate(`globalThis[Symbol.for(${JSON.stringify(HOLDER.description)})]`)
    const remotes = functions.map((fn, index) => readRemote(inspector, { holderId, index, fn, scopes }))
    const ids = remotes.flatMap(({ location }) => (location === undefined ? [] : [location.scriptId]))
    readUnknownScripts(inspector, ids)
    return remotes.map((remote) => describe(remote, SCRIPTS.get(remote.location?.scriptId ?? '')))
  } finally {
    delete globals[HOLDER]
    inspector.close()
  }
}

/** Asking for scripts has the inspector announce every script of the process, 16 ms the first time and 3 to 7 later. */
function readUnknownScripts(inspector: Inspector, ids: readonly string[]): void {
  const unknown = ids.filter((id) => !SCRIPTS.has(id))
  if (unknown.length === 0) return
  for (const [id, script] of inspector.readScripts(new Set(unknown))) {
    const map = script.info.sourceMapURL === '' ? undefined : readSourceMap(script.info)
    SCRIPTS.set(id, { ...script, map, reassignments: new Reassignments(script.text) })
  }
}

function readRemote(
  inspector: Inspector,
  {
    holderId,
    index,
    fn,
    scopes,
  }: { readonly holderId: string; readonly index: number; readonly fn: AnyFunction; readonly scopes: object[] },
): Remote {
  const text = Function.prototype.toString.call(fn)
  const fnId = inspector.call(holderId, 'function (index) { return this.functions[index] }', [{ value: index }])
  if (fnId === undefined) return { text, location: undefined, scopes: [] }
  const { internal } = inspector.properties(fnId)
  const named = (name: string): RemoteProperty['value'] => internal.find((property) => property.name === name)?.value
  const listId = named('[[Scopes]]')?.objectId
  const list = listId === undefined ? [] : inspector.properties(listId).own.filter((property) => property.value?.objectId !== undefined)
  const read = list.map((property) => {
    inspector.call(holderId, 'function (scope) { this.scopes.push(scope) }', [{ objectId: property.value?.objectId ?? '' }])
    return readScope(property.value?.description ?? '', scopes.pop() ?? {})
  })
  return { text, location: named('[[FunctionLocation]]')?.value as ScriptLocation | undefined, scopes: read }
}

function describe(remote: Remote, script: Script | undefined): CapturedFunction {
  const { text, location } = remote
  const { source, locate, start } = locateFunction(text, location, script)
  const isReassigned = (name: string) => script !== undefined && start !== undefined && script.reassignments.isReassigned(name, start)
  return { text, source, locate, lookup: (name) => lookup(remote.scopes, name, isReassigned) }
}

function lookup(scopes: readonly FunctionScope[], name: string, isReassigned: (name: string) => boolean): CapturedName {
  for (const scope of scopes) {
    const found = scope.find(name)
    if (found === undefined) continue
    return isReassigned(name) ? { kind: 'reassigned', value: found.value } : { kind: 'value', value: found.value }
  }
  if (name in globalThis) return { kind: 'value', value: (globalThis as Record<string, unknown>)[name] }
  return name === 'undefined' ? { kind: 'value', value: undefined } : { kind: 'unknown' }
}
