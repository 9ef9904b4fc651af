/**
 * A profile in the JSON of speedscope (https://www.speedscope.app/file-format-schema.json): one `sampled` profile for each kind
 * of number, over one table of frames.
 */
import { fromByteString } from '../../spec/byte-string.ts'
import type { Profile } from '../../spec/profile.ts'
import type { Frame } from '../../spec/value.ts'
import { frameName } from './frame-name.ts'

/** The file's text. Weights are JSON numbers: beyond 2^53 they are rounded. */
export function speedscopeText(profile: Profile): string {
  const frames = new FrameRows()
  const stacks = profile.samples.map(({ frames: inner }) => inner.map((frame) => frames.indexOf(frame)).reverse())
  const profiles = profile.valueTypes.map(({ type }, index) => {
    const kept = profile.samples.map((sample, row) => ({ stack: stacks[row], weight: Number(sample.values[index] ?? 0n) }))
    const shown = kept.filter(({ weight }) => weight !== 0)
    const endValue = shown.reduce((sum, { weight }) => sum + weight, 0)
    const [samples, weights] = [shown.map(({ stack }) => stack), shown.map(({ weight }) => weight)]
    return { type: 'sampled', name: fromByteString(type), unit: 'none', startValue: 0, endValue, samples, weights }
  })
  return `${JSON.stringify({ $schema: SCHEMA, shared: { frames: frames.rows }, profiles, exporter: 'borescope' })}\n`
}

const SCHEMA = 'https://www.speedscope.app/file-format-schema.json'

class FrameRows {
  readonly rows: { readonly name: string; readonly file?: string }[] = []
  readonly #indexes = new Map<string, number>()

  indexOf(frame: Frame): number {
    const name = fromByteString(frameName(frame))
    const file = frame.path === undefined ? undefined : fromByteString(frame.path)
    const key = `${name}\n${file}`
    const known = this.#indexes.get(key)
    if (known !== undefined) return known
    this.#indexes.set(key, this.rows.length)
    return this.rows.push({ name, ...(file === undefined ? {} : { file }) }) - 1
  }
}
