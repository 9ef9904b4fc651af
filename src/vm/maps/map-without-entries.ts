/**
 * What the kinds of map have in common that programs and user space do not reach by key.
 */
import { UsageError } from '../../base/errors.ts'
import type { MapSpec } from '../../spec/map-spec.ts'
import { ERRNO } from '../errno.ts'
import type { VmMap } from './vm-map.ts'

/** Refuses every access by key: programs get no entry and -EOPNOTSUPP, user space a `UsageError`. */
export abstract class MapWithoutEntries implements VmMap {
  readonly spec: MapSpec

  constructor(spec: MapSpec) {
    this.spec = spec
  }

  find(_key: number, _cpu: number): number {
    return 0
  }
  put(_key: number, _value: number, _options: { readonly flags: number; readonly cpu: number }): number {
    return -ERRNO.EOPNOTSUPP
  }
  remove(_key: number): number {
    return -ERRNO.EOPNOTSUPP
  }
  each(_cpu: number): Iterable<{ readonly key: number; readonly value: number }> {
    return []
  }
  lookup(_key: Uint8Array): readonly Uint8Array[] | undefined {
    throw this.#refuse()
  }
  update(_key: Uint8Array, _values: readonly Uint8Array[]): void {
    throw this.#refuse()
  }
  delete(_key: Uint8Array): boolean {
    throw this.#refuse()
  }
  entries(): readonly { readonly key: Uint8Array; readonly values: readonly Uint8Array[] }[] {
    throw this.#refuse()
  }

  #refuse(): UsageError {
    return new UsageError(`map ${this.spec.name} is a ${this.spec.kind}, which has no entries to read or write`)
  }
}
