/**
 * Keys and values that user space hands in are of the sizes that the map declares, as the kernel's are.
 */
import { InternalError } from '../../base/errors.ts'
import type { MapSpec } from '../../spec/map-spec.ts'

/** The key itself. Throws `InternalError`. */
export function checkKey(spec: MapSpec, key: Uint8Array): Uint8Array {
  if (key.length !== spec.keySize) throw new InternalError(`map ${spec.name} has keys of ${spec.keySize} bytes, not ${key.length}`)
  return key
}

/** The values themselves. Throws `InternalError`. */
export function checkValues(spec: MapSpec, values: readonly Uint8Array[], copies: number): readonly Uint8Array[] {
  if (values.length !== copies || values.some((value) => value.length !== spec.valueSize))
    throw new InternalError(`map ${spec.name} takes ${copies} values of ${spec.valueSize} bytes`)
  return values
}
