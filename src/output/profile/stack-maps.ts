/**
 * Which maps of a script are profiles: those keyed by a stack, alone or in a tuple, whose values add up.
 */
import type { MapView } from '../../spec/map-spec.ts'
import type { ProfileFormat } from '../output-format.ts'

/** True for a map that has a stack in its key. */
export function isKeyedByStack({ key }: MapView): boolean {
  return key?.kind === 'stack' || (key?.kind === 'tuple' && key.fields.some(({ kind }) => kind === 'stack'))
}

/** Why these maps cannot be written in a form, and what would help; undefined when they can. */
export function whyNoProfile(
  views: readonly MapView[],
  format: ProfileFormat,
): { readonly reason: string; readonly remedy: string } | undefined {
  const maps = views.filter(isKeyedByStack)
  if (maps.length === 0) {
    return {
      reason: `the script has no map keyed by a stack, which is what -f ${format} writes`,
      remedy: 'count stacks, such as profile:hz:99 { @[ustack] = count(); }',
    }
  }
  const other = maps.find((view) => !addsUp(view))
  if (other !== undefined) {
    return {
      reason: `the values of ${other.name} do not add up, as those of a profile must`,
      remedy: 'keep count(), sum(), hist() or stats() by stack',
    }
  }
  if (format !== 'folded' || maps.length === 1) return undefined
  return {
    reason: `folded text holds one number for each stack, and the script has ${maps.map(({ name }) => name).join(' and ')} keyed by stacks`,
    remedy: '-f pprof and -f speedscope hold them all',
  }
}

function addsUp({ value }: MapView): boolean {
  if (value.kind === 'plain') return value.type.kind === 'int'
  return !['min', 'max', 'avg'].includes(value.aggregation.kind)
}
