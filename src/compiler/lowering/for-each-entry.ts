/**
 * Goes over the entries of a map: the kernel calls a function of the program for each. @kernel 5.13
 */
import { FunctionBuilder } from '../ir/builder.ts'
import type { Operand } from '../ir/ir.ts'

/** What the function answers: on to the next entry, or no more of them. */
export const GO_ON = 0
export const STOP = 1

/** Begins such a function of the program that `caller` builds; `purpose` becomes a part of its name. */
export function entryCallback(caller: FunctionBuilder, purpose: string): FunctionBuilder {
  const { name, nextId } = caller.function
  return new FunctionBuilder(`${name}_${purpose}${nextId}`, ['ptr.map', 'ptr.map_key', 'ptr.map_value', 'ptr.stack'])
}

/** What a call is handed: the key and the value of the entry, and what the caller has left on its stack. */
export function entryOf(callback: FunctionBuilder): Record<'key' | 'value' | 'left', Operand> {
  return { key: callback.parameter(1), value: callback.parameter(2), left: callback.parameter(3) }
}

/** Calls the function for each entry; answers (i64) how many it was called for. `left` is a place on the stack. */
export function emitForEachEntry(builder: FunctionBuilder, map: string, callback: FunctionBuilder, left: Operand): Operand {
  return builder.call('for_each_map_elem', [builder.map(map), builder.functionReference(callback.function), left, builder.i64(0)])
}
