/**
 * The names that a run needs: those of its sites always, and what reads symbol tables only when the script shows stacks or
 * addresses as symbols.
 */
import { toByteString } from '../../spec/byte-string.ts'
import type { Names } from '../../spec/decode.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { Type } from '../../spec/types/type.ts'
import { PLAIN_FRAMES } from '../../spec/value.ts'
import type { TracedProcesses } from './script-names.ts'

/** Names of one run. The caller closes it. */
export interface RunNames extends Names {
  /** A stack of this process has come in that was not known. */
  sawProcess(pid: number): void
  /** Why addresses of processes have no names, as lines. */
  misses(): readonly string[]
  /** Twice is fine. */
  close(): void
}

/** Opens the names that the object's records and maps can ask for. */
export async function openNames(object: ObjectSpec, loaded: LoadedObject, traced: TracedProcesses): Promise<RunNames> {
  const shown = typesShown(object)
  const named = shown.some(isFunction) ? await withSourceNames(object) : object
  const render = shown.some(isRendered) || hasTimes(object) ? { render: (await import('./rendered-values.ts')).createRenderer() } : {}
  if (!shown.some(isSymbolised)) return { ...render, sites: named.sites, sawProcess: () => {}, misses: () => [], close: () => {} }
  const { ScriptNames } = await import('./script-names.ts')
  return Object.assign(new ScriptNames(named, loaded, traced), render)
}

/** The object with sites of C++ and Rust by the names of their sources, as byte strings. */
async function withSourceNames(object: ObjectSpec): Promise<ObjectSpec> {
  const { sites, frameDetail = PLAIN_FRAMES } = object
  const mayBeMangled = frameDetail.names === 'demangled' && [...sites.values()].some((name) => name.startsWith('_'))
  const nameOf = mayBeMangled ? (await import('../../symbolize/demangle/demangle.ts')).demangle : (name: string) => name
  return { ...object, sites: new Map([...sites].map(([cookie, name]) => [cookie, toByteString(nameOf(name))])) }
}

function typesShown({ records, maps }: ObjectSpec): readonly Type[] {
  const ofMaps = maps.flatMap(({ view }) => [view?.key, view?.value.kind === 'plain' ? view.value.type : undefined])
  return [...records.flatMap(({ layout }) => layout.fields.map(({ type }) => type)), ...ofMaps.filter((type) => type !== undefined)]
}

/** The points of a time series begin at some time of the wall clock. */
function hasTimes({ maps }: ObjectSpec): boolean {
  return maps.some(({ view }) => view?.value.kind === 'aggregation' && view.value.aggregation.kind === 'tseries')
}

const isSymbolised = (type: Type): boolean => holds(type, ['stack', 'symbol'])
const isRendered = (type: Type): boolean => holds(type, ['rendered'])
const isFunction = (type: Type): boolean => holds(type, ['function'])

/** True when a value of the type has parts of one of the kinds. */
function holds(type: Type, kinds: readonly Type['kind'][]): boolean {
  if (kinds.includes(type.kind)) return true
  switch (type.kind) {
    case 'tuple':
      return type.fields.some((field) => holds(field, kinds))
    case 'struct':
      return type.fields.some((field) => holds(field.type, kinds))
    case 'array':
      return holds(type.element, kinds)
    default:
      return false
  }
}
