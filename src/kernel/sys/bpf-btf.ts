/**
 * `bpf_attr` of BPF_BTF_LOAD. Offsets are those of `union bpf_attr` in include/uapi/linux/bpf.h.
 */
import { type KernelStruct, StructWriter } from './struct.ts'

/** BPF_BTF_LOAD, without a log. @kernel 4.18 */
export function encodeBtfLoad(btf: Uint8Array): KernelStruct {
  return new StructWriter(28).pointer(0, btf).u32(16, btf.length).finish()
}
