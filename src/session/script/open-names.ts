/**
 * The names that a run needs: those of its sites always, and what reads symbol tables only when the script shows stacks or
 * addresses as symbols.
 */
import type { Names } from '../../spec/decode.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { Type } from '../../spec/types/type.ts'

/** Names of one run. The caller closes it. */
export interface RunNames extends Names {
  /** A stack of this process has come in that was not known. */
  sawProcess(pid: number): void
  /** Twice is fine. */
  close(): void
}

/** Opens the names that the object's records and maps can ask for. */
export async function openNames(object: ObjectSpec, loaded: LoadedObject): Promise<RunNames> {
  if (!typesShown(object).some(isSymbolised)) return { sites: object.sites, sawProcess: () => {}, close: () => {} }
  const { ScriptNames } = await import('./script-names.ts')
  return new ScriptNames(object, loaded)
}

function typesShown({ records, maps }: ObjectSpec): readonly Type[] {
  const ofMaps = maps.flatMap(({ view }) => [view?.key, view?.value.kind === 'plain' ? view.value.type : undefined])
  return [...records.flatMap(({ layout }) => layout.fields.map(({ type }) => type)), ...ofMaps.filter((type) => type !== undefined)]
}

function isSymbolised(type: Type): boolean {
  switch (type.kind) {
    case 'stack':
    case 'symbol':
      return true
    case 'tuple':
      return type.fields.some(isSymbolised)
    case 'struct':
      return type.fields.some((field) => isSymbolised(field.type))
    case 'array':
      return isSymbolised(type.element)
    default:
      return false
  }
}
