/**
 * The wall clock for `time()`: the current local time, broken down, for the pure strftime of `output/`.
 */
import { strftime } from '../output/strftime.ts'

/** The current local time rendered by a strftime(3) format. */
export function formatLocalTime(format: string): string {
  return strftime(format, new Date())
}
