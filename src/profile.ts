/**
 * `borescope/profile`: profiles as pprof, folded text and speedscope, and their differences. Needs neither Linux nor root.
 */
export { diff, type FoldedDifference, type FoldedStack, fold, foldedText } from './output/profile/fold.ts'
export { type ProfileTime, toPprof } from './output/profile/pprof.ts'
export { speedscopeText } from './output/profile/speedscope.ts'
export type { Profile, ProfileValueType, Sample, SampleLabel } from './spec/profile.ts'
export type { Frame } from './spec/value.ts'
