/**
 * The instruction set of the running kernel, for compilers. Versions are tried when a program would use one, not before.
 */
import type { IsaVersion } from '../../format/asm/isa-version.ts'
import type { InstructionSet } from '../../spec/instruction-set.ts'
import type { FeatureName, Features } from '../features/features.ts'

/** What each version asks for beside those before it. */
const FEATURE_OF_VERSION: readonly (readonly [IsaVersion, FeatureName])[] = [
  [2, 'isa_v2'],
  [3, 'isa_v3'],
  [4, 'isa_v4'],
]

/** What the kernel takes, less what is switched off. */
export function kernelInstructionSet(features: Features): InstructionSet {
  return { has: (wanted) => FEATURE_OF_VERSION.every(([version, feature]) => version > wanted || features.has(feature)) }
}
