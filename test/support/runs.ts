/**
 * How many random programs a test tries: some in `make test`, many more in `npm run test:long`, and as many as
 * `BORESCOPE_RUNS` says when somebody hunts by hand.
 */

/** True in the long run (`npm run test:long`). */
const IS_LONG = process.env.BORESCOPE_LONG === '1'

/** The number of runs. */
export function numberOfRuns(runs: { readonly short: number; readonly long: number }): number {
  const wanted = process.env.BORESCOPE_RUNS
  if (wanted !== undefined) return Number(wanted)
  return IS_LONG ? runs.long : runs.short
}
