/**
 * Texts of numbers that programs look up themselves: a map whose only entry is a table of texts, 64 bytes each.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import type { MapSpec } from '../../../spec/map-spec.ts'
import type { Lowering } from './lowering.ts'
import { stringConstant } from './string-constant.ts'
import type { Value } from './value.ts'

/** Bytes of each text, its NUL included. */
export const NAME_SIZE = 64

/** A table. */
export interface NameTable {
  /** Of the map. */
  readonly map: string
  /** The texts by number; asked for where a program looks one up. */
  readonly names: () => readonly (string | undefined)[]
  /** The text of any other number. */
  readonly otherwise: string
}

/** The text of a number (i64). */
export function lookUpName(lowering: Lowering, { map, names, otherwise }: NameTable, number: Operand): Value {
  const { builder } = lowering
  const texts = names()
  lowering.requireMap(tableMap(map, texts, otherwise))
  return {
    kind: 'deferred',
    write({ pointer, offset }) {
      builder.when(
        builder.compare('ult', number, builder.i64(texts.length)),
        () => {
          const place = builder.binary('mul', number, builder.i64(NAME_SIZE))
          builder.copy(pointer, builder.offsetPointer(builder.mapValue(map), place), NAME_SIZE, { target: offset })
        },
        () => {
          builder.zero(pointer, NAME_SIZE, offset)
          stringConstant(otherwise).store(builder, pointer, offset)
        },
      )
    },
  }
}

function tableMap(map: string, names: readonly (string | undefined)[], otherwise: string): MapSpec {
  const contents = new Uint8Array(names.length * NAME_SIZE)
  for (const [index, name = otherwise] of names.entries()) contents.set(stringConstant(name).bytes, index * NAME_SIZE)
  return { name: map, kind: 'array', keySize: 4, valueSize: contents.length, maxEntries: 1, contents }
}
