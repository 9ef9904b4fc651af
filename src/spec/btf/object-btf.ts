/**
 * The BTF of a whole object: the types of its maps and records, and the functions and source lines of its programs.
 */
import { BtfBuilder } from '../../format/btf/btf-builder.ts'
import type { ObjectSpec } from '../object-spec.ts'
import { addMap, type MapTypes } from './map-btf.ts'
import { addProgram, type ProgramInfo } from './program-btf.ts'
import { addRecords } from './record-btf.ts'

/** What an executor tells the kernel. */
export interface ObjectBtf {
  /** For BPF_BTF_LOAD. */
  readonly bytes: Uint8Array
  /** By name of the map; those that nothing is known of are left out. */
  readonly maps: ReadonlyMap<string, MapTypes>
  /** By name of the program. */
  readonly programs: ReadonlyMap<string, ProgramInfo>
}

/** Describes an object; `undefined` when there is nothing to say. */
export function describeObject(object: ObjectSpec): ObjectBtf | undefined {
  const builder = new BtfBuilder()
  const maps = new Map<string, MapTypes>()
  const programs = new Map<string, ProgramInfo>()
  for (const spec of object.maps) {
    const types = addMap(builder, spec)
    if (types !== undefined) maps.set(spec.name, types)
  }
  for (const spec of object.programs) {
    const info = addProgram(builder, spec)
    if (info !== undefined) programs.set(spec.name, info)
  }
  addRecords(builder, object.records)
  return maps.size + programs.size === 0 ? undefined : { bytes: builder.finish(), maps, programs }
}
