/**
 * The BTF of an object in the kernel. It is for people: names in `bpftool map dump`, source lines in the verifier's log. So a
 * kernel without it, or one that does not like ours, runs the object without.
 */

import { describeObject, type ObjectBtf } from '../../spec/btf/object-btf.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { Features } from '../features/features.ts'
import { bpf } from '../sys/bpf.ts'
import { encodeBtfLoad } from '../sys/bpf-btf.ts'
import { Fd } from '../sys/fd.ts'

/** A loaded BTF and what it says. Maps and programs keep it alive by themselves: `fd` may be closed once they are made. */
export interface LoadedBtf extends ObjectBtf {
  readonly fd: Fd
}

/** Loads the BTF of `object`; `undefined` when there is nothing to say, or nobody who takes it. The caller closes `fd`. */
export function loadBtf(object: ObjectSpec, features: Features): LoadedBtf | undefined {
  const described = features.mayHave('btf') ? describeObject(object) : undefined
  if (described === undefined) return undefined
  const { value, errno } = bpf('BTF_LOAD', encodeBtfLoad(described.bytes))
  return errno === undefined ? { ...described, fd: new Fd(value, 'BTF') } : undefined
}
