/**
 * `config`: the options of the script as a record, with what holds.
 */
import { UINT64 } from '../../../spec/types/type.ts'
import { knownRecord } from '../check/static-type.ts'
import { knownFieldsValue } from '../lower/known-record.ts'
import type { Builtin } from './builtin.ts'

/** A record of all options. */
export const config: Builtin = {
  check: ({ options }) =>
    knownRecord(
      [...options.config.options].map(([name, value]) => ({ name, value, ...(typeof value === 'bigint' ? { type: UINT64 } : {}) })),
    ),
  lower: (lowering, use) => knownFieldsValue(lowering, lowering.staticTypeOf(use)),
}
