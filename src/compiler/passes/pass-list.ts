/**
 * The passes in order. The first list runs once; the second goes round until nothing changes; the third prepares for code
 * generation.
 */
import { type InstructionSet, instructionSet } from '../../spec/instruction-set.ts'
import { boundIndices } from './bound-indices.ts'
import { callForLargeBlocks } from './call-for-large-blocks.ts'
import { removeDeadCode } from './dead-code.ts'
import { decideBranches } from './decide-branches.ts'
import { equalValues } from './equal-values.ts'
import { fold } from './fold.ts'
import { lowerSignedDivision } from './lower-signed-division.ts'
import type { Pass } from './pass.ts'
import { promoteSlots } from './promote-slots.ts'
import { reduceStrength } from './reduce-strength.ts'
import { shareExpressions } from './share-expressions.ts'
import { shareReads } from './share-reads.ts'
import { shareSlots } from './share-slots.ts'
import { simplifyBranches } from './simplify-branches.ts'
import { sink } from './sink.ts'
import { splitConditions } from './split-conditions.ts'
import { splitCriticalEdges } from './split-critical-edges.ts'

/** Once, before all others. */
export const initialPasses = (set: InstructionSet): readonly Pass[] => [promoteSlots, fold, lowerSignedDivision(set)]
/** Round and round, as each gives the others something to do. */
export const REPEATED_PASSES: readonly Pass[] = [
  fold,
  splitConditions,
  decideBranches,
  equalValues,
  simplifyBranches,
  shareExpressions,
  shareReads,
  removeDeadCode,
  promoteSlots,
]
/** Once, at the end. */
export const FINAL_PASSES: readonly Pass[] = [reduceStrength, sink, boundIndices, callForLargeBlocks, shareSlots, splitCriticalEdges]
/** All names that passes have, those that `compile-program.ts` and `compile-function.ts` run by themselves too. */
export const PASS_NAMES: readonly string[] = [
  ...new Set([
    'inline-calls',
    ...[...initialPasses(instructionSet(1)), ...REPEATED_PASSES, ...FINAL_PASSES].map(({ name }) => name),
    'place-large-slots',
  ]),
]
/** Without optimisation: what code generation cannot do without. */
export const neededPasses = (set: InstructionSet): readonly Pass[] => [lowerSignedDivision(set), shareSlots, splitCriticalEdges]
/** Rounds of the repeated passes; each round but the last has simplified something, and real programs need two or three. */
export const MAX_ROUNDS = 10
