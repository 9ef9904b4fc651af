/**
 * What the planner decided about a site, in words: for `borescope plan` and `-v`.
 */
import type { Execution, Placement, UprobeSite } from '../../spec/attach-point.ts'
import { estimateHitNs } from './execution.ts'

const PLACEMENTS: Readonly<Record<Placement, string>> = {
  entry: 'the first instruction',
  'after-stack-check': 'behind the stack check: one hit a call, also when the stack grows',
  'stack-check-branch': 'the branch of the stack check; calls that grow the stack first are dropped, since they come back',
  'near-entry': 'the first instruction that the kernel emulates; all is as at the entry there',
  offset: 'exactly where it was asked for',
  return: "the kernel's return probe",
  'return-instruction': 'a return of the function itself, since return probes crash Go programs',
  'tail-jump': 'a jump to a function that returns in its place',
}

const EXECUTIONS: Readonly<Record<Execution, string>> = {
  emulated: 'emulated',
  'single-stepped': 'single-stepped',
  rewritten: 'rewritten to a call',
}

/** The share of a core above which a probe is worth a warning. */
export const WORTHY_SHARE = 0.1
const NS_PER_SECOND = 1e9

/** Where in its function a site is, and why. */
export function explainPlacement({ placement }: UprobeSite): string {
  return PLACEMENTS[placement]
}

/** How the kernel gets over the instruction. */
export function explainExecution({ execution }: Pick<UprobeSite, 'execution'>): string {
  return EXECUTIONS[execution]
}

/** `about 1.1 us a hit`. */
export function explainCost(site: UprobeSite): string {
  return `about ${showMicroseconds(estimateHitNs(site))} a hit`
}

/** `1.1 us`. */
export function showMicroseconds(ns: number): string {
  return `${(ns / 1000).toFixed(ns < 10_000 ? 1 : 0)} us`
}

/** Hits a second with which a site takes as much of a core as is worth a warning. */
export function worthyRate(site: UprobeSite): number {
  return (WORTHY_SHARE * NS_PER_SECOND) / estimateHitNs(site)
}
