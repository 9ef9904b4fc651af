/**
 * Calls of functions of the kernel get their numbers: the kernel knows a function by its BTF id, which differs from kernel to
 * kernel. Functions of modules are not looked for.
 */
import { NotSupportedError } from '../../base/errors.ts'
import type { Instruction } from '../../format/asm/instruction.ts'
import type { Btf } from '../../format/btf/btf.ts'

/** The instructions with the numbers of `btf` in them. Throws `NotSupportedError` for a function that the kernel lacks. @kernel 5.13 */
export function resolveKfuncs(instructions: readonly Instruction[], btf: () => Btf): readonly Instruction[] {
  if (!instructions.some(({ kfunc }) => kfunc !== undefined)) return instructions
  const ids = new Map<string, number>()
  return instructions.map((instruction) => {
    const { kfunc } = instruction
    if (kfunc === undefined) return instruction
    const id = ids.get(kfunc) ?? findKfunc(kfunc, btf())
    ids.set(kfunc, id)
    return { ...instruction, imm: BigInt(id) }
  })
}

/** The BTF id of a function of the kernel. Throws `NotSupportedError`. */
export function findKfunc(name: string, btf: Btf): number {
  const id = btf.find('function', name)
  if (id !== undefined) return id
  throw new NotSupportedError(`calling ${name}`, {
    detail: 'this kernel has no function of that name',
    remedy: 'use a newer kernel',
  })
}
