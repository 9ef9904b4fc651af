/**
 * Features that bpftrace counts as unstable: an option says whether they are errors, warned of, or like any other.
 */
import type { Span } from '../../../base/source-text.ts'
import type { ScriptConfig } from '../config.ts'
import type { Checker } from './checker.ts'

/** Complains about the use of a feature as its option has it; false when it cannot be used. */
export function mayUse({ options, report }: Checker, feature: keyof ScriptConfig['unstable'], span: Span): boolean {
  const key = `unstable_${feature}`
  const setting = options.config.unstable[feature]
  if (setting === 'warn') {
    const message = `Script is using an unstable feature: ${feature}. To prevent this warning you must explicitly enable it in the config e.g. ${key}=enable`
    report.placeless('warning', { code: 'unstable-feature', message })
  }
  if (setting !== 'error') return true
  const message = `${feature} feature is not enabled by default. To enable this unstable feature, set the config flag to enable. ${key}=enable`
  report.error({ code: 'unstable-feature', span, message })
  return false
}
