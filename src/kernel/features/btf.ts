/**
 * Features of BTF: descriptions of maps and programs that the kernel keeps for its log and for other tools.
 */
import { BtfBuilder } from '../../format/btf/btf-builder.ts'
import { bpf, callName } from '../sys/bpf.ts'
import { encodeBtfLoad } from '../sys/bpf-btf.ts'
import { Fd } from '../sys/fd.ts'
import { refusalError } from '../sys/refusal.ts'
import { type Feature, withTrial } from './feature.ts'

/** A function that takes and answers nothing: functions came to BTF together with what points to them. */
function smallestFunction(): Uint8Array {
  const builder = new BtfBuilder()
  const type = builder.add({ kind: 'prototype', result: 0, parameters: [] })
  builder.add({ kind: 'function', name: 'probe', type, linkage: 'static' })
  return builder.finish()
}

/** BTF with functions and lines. @kernel 5.0 */
export const BTF: Feature = {
  title: 'BTF of programs',
  since: '5.0',
  probe: () => {
    const { value, errno } = bpf('BTF_LOAD', encodeBtfLoad(smallestFunction()))
    if (errno === 'EPERM') throw refusalError({ call: callName('BTF_LOAD'), errno, doing: 'tracing' })
    return withTrial(errno === undefined ? new Fd(value, 'trial BTF') : undefined, () => true)
  },
}
