/**
 * `clear()` and `zero()`: what they do to the entries of a map, by the way the map is stored (`MapView.storage`).
 */
import type { LoadedMap } from '../../spec/executor.ts'
import type { MapView } from '../../spec/map-spec.ts'

/** Removes every entry: entries are deleted, cells (which cannot be) become all zeros, so not present. */
export function clearMap(map: LoadedMap, view: MapView): void {
  const deletable = view.storage === 'entries' || view.storage === 'entries-buckets'
  for (const { key, values } of map.entries()) {
    if (deletable) map.delete(key)
    else if (values.some(isNotZero)) map.update(key, values.map(zerosLike))
  }
}

/** Sets every value to zero and keeps the keys: what marks a cell as present stays. */
export function zeroMap(map: LoadedMap, view: MapView): void {
  for (const { key, values } of map.entries())
    map.update(
      key,
      values.map((value) => zeroed(value, view.presentOffset)),
    )
}

function zeroed(value: Uint8Array, presentOffset: number | undefined): Uint8Array {
  const zeros = zerosLike(value)
  if (presentOffset !== undefined) zeros[presentOffset] = value[presentOffset] ?? 0
  return zeros
}

function zerosLike(value: Uint8Array): Uint8Array {
  return new Uint8Array(value.length)
}

function isNotZero(value: Uint8Array): boolean {
  return value.some((byte) => byte !== 0)
}
