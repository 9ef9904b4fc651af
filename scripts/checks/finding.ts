/**
 * What a check reports. A finding names the line that broke the rule, so that nobody has to look for it.
 */

/** One broken rule. Warnings are printed and do not fail the run. */
export interface Finding {
  readonly file: string
  /** From 1; undefined when the whole file is meant. */
  readonly line?: number
  readonly message: string
  /** The offending line of text, when there is one. */
  readonly excerpt?: string
  readonly severity?: 'warning'
}

/** `FILE:LINE: message`, with the offending line below it. */
export function formatFinding(finding: Finding): string {
  const place = finding.line === undefined ? finding.file : `${finding.file}:${finding.line}`
  const kind = finding.severity === undefined ? '' : `${finding.severity}: `
  const excerpt = finding.excerpt === undefined ? '' : `\n    ${finding.excerpt}`
  return `${place}: ${kind}${finding.message}${excerpt}`
}
