/**
 * What an object needs of the kernel beside loading, so that an old kernel gets a sentence and not an errno or a verifier log.
 * A kernel that takes the object is not asked: each question is a program to load.
 */

import { HELPERS } from '../../format/asm/helpers.ts'
import { type Instruction, PSEUDO } from '../../format/asm/instruction.ts'
import { isaVersionOf, isNewAtomic } from '../../format/asm/isa-version.ts'
import { LD_IMM64 } from '../../format/asm/opcodes.ts'
import { RUN_BY_SESSION } from '../../spec/attach-point.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { FeatureName, Features } from '../features/features.ts'

const CALL = 0x85

/** Helpers that a kernel of our range may lack, and the feature that tells. */
const BY_HELPER: ReadonlyMap<bigint, FeatureName> = new Map([
  [BigInt(HELPERS.ktime_get_boot_ns.id), 'boot_clock'],
  [BigInt(HELPERS.get_attach_cookie.id), 'attach_cookie'],
  [BigInt(HELPERS.get_func_ip.id), 'func_ip'],
])

/** Throws `NotSupportedError` for the first feature that `object` needs and that is switched off, or known to be missing. */
export function requireEnabled(object: ObjectSpec, features: Features): void {
  for (const name of neededFeatures(object, features)) if (!features.mayHave(name)) features.require(name)
}

/** Tries every feature that `object` needs: for when it was refused. Throws `NotSupportedError` for the first that is missing. */
export function requireFeatures(object: ObjectSpec, features: Features): void {
  for (const name of neededFeatures(object, features)) features.require(name)
}

function neededFeatures(object: ObjectSpec, features: Features): ReadonlySet<FeatureName> {
  const needed = new Set<FeatureName>()
  for (const program of object.programs) {
    const byHelper = program.instructions.flatMap((instruction) => helperFeature(instruction) ?? [])
    for (const name of byHelper) needed.add(name)
    // Without uprobe_multi a cookie reaches a program only through a link of a perf event.
    if (byHelper.includes('attach_cookie') && !features.has('uprobe_multi')) needed.add('perf_event_link')
    // The kernel calls back only what BTF describes.
    if (program.instructions.some(({ opcode, src }) => opcode === LD_IMM64 && src === PSEUDO.function)) needed.add('btf')
    if (program.instructions.some(isNewAtomic)) needed.add('atomic_fetch')
    if (program.instructions.some((instruction) => isaVersionOf(instruction) === 4)) needed.add('isa_v4')
    if (program.attach.some(({ kind }) => RUN_BY_SESSION.has(kind))) needed.add('test_run')
  }
  return needed
}

function helperFeature(instruction: Instruction): FeatureName | undefined {
  return instruction.opcode === CALL && instruction.src === 0 ? BY_HELPER.get(instruction.imm) : undefined
}
