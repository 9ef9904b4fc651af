/**
 * Names of the values of enumerations.
 */
import { AT, TAG } from '../constants.ts'
import { childrenOf, constantOf, type Die } from '../die.ts'
import { textOf } from '../unit-tables.ts'

/** The names of an enumeration with their values, in order. Throws `FormatError`. */
export function enumeratorsOf(die: Die): readonly (readonly [name: string, value: bigint])[] {
  return [...childrenOf(die)].flatMap((one) => {
    const name = one.abbreviation.tag === TAG.enumerator ? textOf(one, AT.name) : undefined
    return name === undefined ? [] : [[name, constantOf(one, AT.const_value) ?? 0n] as const]
  })
}
