/**
 * `-f pprof`, `-f folded`, `-f speedscope`: the maps keyed by stacks, written as one profile when the run ends. Everything
 * else that the script says is text, on another stream.
 */
import { UsageError } from '../../base/errors.ts'
import type { ProfileFormat } from '../../output/output-format.ts'
import { encodeProfile } from '../../output/profile/encode-profile.ts'
import { profileOfMaps, type StackMap } from '../../output/profile/profile-of-maps.ts'
import { whyNoProfile } from '../../output/profile/stack-maps.ts'
import type { ObjectSpec } from '../../spec/object-spec.ts'
import type { ByteSink } from './script-options.ts'

/** Throws `UsageError` when the script keeps nothing that the form could hold. */
export function checkProfile(object: ObjectSpec, format: ProfileFormat): void {
  const views = object.maps.flatMap(({ view }) => (view === undefined ? [] : [view]))
  const problem = whyNoProfile(views, format)
  if (problem !== undefined) throw new UsageError(problem.reason, { remedy: problem.remedy })
}

/** Writes the profile of a run that took `durationNs`. */
export async function writeProfile(
  format: ProfileFormat,
  from: { readonly maps: readonly StackMap[]; readonly durationNs: bigint },
  sink: ByteSink,
): Promise<void> {
  const { gzipSync } = await import('node:zlib')
  const time = { endNs: BigInt(Date.now()) * 1_000_000n, durationNs: from.durationNs }
  sink.write(await encodeProfile(format, profileOfMaps(from.maps), { time, gzip: gzipSync }))
  sink.flush()
}
