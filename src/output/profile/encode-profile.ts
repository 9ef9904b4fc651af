/**
 * From the name of a profile's form (`-f`) to its bytes.
 */

import { toByteString } from '../../spec/byte-string.ts'
import type { Profile } from '../../spec/profile.ts'
import type { ProfileFormat } from '../output-format.ts'
import { fold, foldedText } from './fold.ts'
import { type ProfileTime, toPprof } from './pprof.ts'
import { speedscopeText } from './speedscope.ts'

/** What an encoder is handed besides the profile. */
export interface EncodeOptions {
  readonly time: ProfileTime
  readonly gzip: (bytes: Uint8Array) => Uint8Array
}

type Encode = (profile: Profile, options: EncodeOptions) => string | Promise<string>

const ENCODERS: Readonly<Record<ProfileFormat, Encode>> = {
  pprof: async (profile, { time, gzip }) => bytesText(gzip(await toPprof(profile, time))),
  folded: (profile) => foldedText(fold(profile)),
  speedscope: (profile) => toByteString(speedscopeText(profile)),
}

/** The file's bytes, as a byte string. */
export async function encodeProfile(format: ProfileFormat, profile: Profile, options: EncodeOptions): Promise<string> {
  return ENCODERS[format](profile, options)
}

function bytesText(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += String.fromCharCode(byte)
  return text
}
