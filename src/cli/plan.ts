/**
 * `borescope plan PROBE`: where a probe would be attached and what it would cost, as a table or as JSON.
 */
import { UsageError } from '../base/errors.ts'
import { openTypeSource } from '../session/machine-types.ts'
import { type PlannedProbe, type ProbePlan, parsePlanPattern, planProbes } from '../symbolize/plan-probes.ts'
import { explainExecution, showMicroseconds } from '../symbolize/uprobe-sites/words.ts'
import type { CommandLineOptions } from './command-line.ts'
import { printText } from './standard-streams.ts'

/** Prints the plan; answers 0, or 1 when nothing would be attached. Throws `UsageError` for what cannot be planned. */
export function runPlan(pattern: string, options: CommandLineOptions): number {
  const request = parsePlanPattern(pattern)
  if (request === undefined) {
    throw new UsageError(`cannot plan ${JSON.stringify(pattern)}`, {
      remedy:
        'write uprobe:FILE:FUNCTION or uretprobe:FILE:FUNCTION, with * in the function, FUNCTION+OFFSET, or an address; quote it for the shell',
    })
  }
  const source = openTypeSource()
  try {
    const plan = planProbes(source, { ...request, ...(options.pid === undefined ? {} : { pid: options.pid }) })
    if ('kind' in plan)
      throw new UsageError(plan.reason, plan.nearest.length === 0 ? {} : { remedy: `did you mean ${plan.nearest.join(', ')}?` })
    printText(options.format === 'json' ? [JSON.stringify({ type: 'plan', data: plan })] : planTable(plan))
    return plan.probes.length > 0 ? 0 : 1
  } finally {
    source.close()
  }
}

const HEADINGS = ['SITE', 'INSTRUCTION', 'PLACEMENT', 'KERNEL', 'A HIT', '10% OF A CORE', 'WHY']

/** A plan as lines of text. */
export function planTable({ path, goVersion, functionCount, inlinedCalls = 0, probes, refused }: ProbePlan): readonly string[] {
  const what = goVersion === undefined ? path : `${path} (${goVersion})`
  const lines = [`${what}: ${count(functionCount, 'function')}, ${count(probes.length, 'site')}`]
  if (probes.length > 0) lines.push(...aligned([HEADINGS, ...probes.map(rowOf)]))
  if (inlinedCalls > 0) lines.push(`${count(inlinedCalls, 'call')} inlined by the compiler: a probe on the function does not see them`)
  if (refused.length > 0) lines.push('left out:', ...refused.map(({ symbol, reason }) => `  ${symbol}: ${reason}`))
  return lines
}

function rowOf(probe: PlannedProbe): readonly string[] {
  const { site, instruction, placement, costNs, tenthOfCore, why } = probe
  return [site, instruction, placement, explainExecution(probe), showMicroseconds(costNs), `${tenthOfCore} hits/s`, why]
}

/** Cells one below the other; the last column is as wide as it is. */
function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows.map((row) => row.map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join('  '))
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
