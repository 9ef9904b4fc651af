/**
 * The functions of the kernel (kfuncs) that our compilers call, by name: their numbers are BTF ids, which differ from kernel to
 * kernel and are found at load time. Signatures: kernel/bpf/bpf_iter.c.
 */

/** One function of the kernel. */
export interface Kfunc {
  readonly argumentCount: number
  /** First kernel that has it. */
  readonly kernel: string
}

/** By the kernel's name. */
export const KFUNCS = {
  bpf_iter_num_new: { argumentCount: 3, kernel: '6.4' },
  bpf_iter_num_next: { argumentCount: 1, kernel: '6.4' },
  bpf_iter_num_destroy: { argumentCount: 1, kernel: '6.4' },
} as const satisfies Record<string, Kfunc>

/** The name of a function of the kernel. */
export type KfuncName = keyof typeof KFUNCS
