/**
 * The user's maps of a running script: their contents as values, and what `clear()` and `zero()` do to them.
 */
import { InternalError } from '../../base/errors.ts'
import type { StackMap } from '../../output/profile/profile-of-maps.ts'
import { isKeyedByStack } from '../../output/profile/stack-maps.ts'
import type { Names } from '../../spec/decode.ts'
import type { LoadedObject } from '../../spec/executor.ts'
import { type PrintLimits, readMapContents } from '../../spec/map-contents.ts'
import type { MapSpec, MapView } from '../../spec/map-spec.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { MapContents } from '../../spec/value.ts'
import { clearMap, zeroMap } from './map-actions.ts'

type ViewedMap = MapSpec & { readonly view: MapView }

/** Looks at the maps of one loaded object; `InternalError` for a name that is not a map of the user. */
export class ScriptMaps {
  readonly #maps: ReadonlyMap<string, ViewedMap>
  readonly #names: Names
  readonly #loaded: LoadedObject

  constructor(object: ObjectSpec, loaded: LoadedObject, names: Names) {
    this.#names = names
    this.#loaded = loaded
    this.#maps = new Map(object.maps.filter(hasView).map((map) => [map.name, map]))
  }

  /** Kernel names of the user's maps, in the byte order of the names that the user gave. */
  names(): readonly string[] {
    const maps = [...this.#maps.values()]
    return maps.sort((a, b) => (a.view.name < b.view.name ? -1 : 1)).map((map) => map.name)
  }

  /** The name that the user gave, with its `@`. */
  nameOf(name: string): string {
    return this.#get(name).view.name
  }

  /** True for a map that has a stack in its key. */
  isKeyedByStack(name: string): boolean {
    return isKeyedByStack(this.#get(name).view)
  }

  /** The user's maps that have a stack in their key, and what is in them now. */
  stackMaps(): readonly StackMap[] {
    const stackMaps = this.names().filter((name) => this.isKeyedByStack(name))
    return stackMaps.map((name) => ({ view: this.#get(name).view, contents: this.contents(name) }))
  }

  /** What is in the map now. */
  contents(name: string, limits: PrintLimits = {}): MapContents {
    return readMapContents(this.#get(name).view, this.#loaded.map(name).entries(), { names: this.#names, ...limits })
  }

  /** Names, as the user gave them, of the maps that have no room for another key now. */
  full(): readonly string[] {
    const isFull = ({ name, view, maxEntries }: ViewedMap): boolean =>
      (view.storage === 'entries' || view.storage === 'entries-buckets') && this.#loaded.map(name).entries().length >= maxEntries
    return this.names()
      .filter((name) => isFull(this.#get(name)))
      .map((name) => this.#get(name).view.name)
  }

  clear(name: string): void {
    clearMap(this.#loaded.map(name), this.#get(name).view)
  }

  zero(name: string): void {
    zeroMap(this.#loaded.map(name), this.#get(name).view)
  }

  #get(name: string): ViewedMap {
    const map = this.#maps.get(name)
    if (map === undefined) throw new InternalError(`the object has no user map ${name}`)
    return map
  }
}

function hasView(map: MapSpec): map is ViewedMap {
  return map.view !== undefined
}
