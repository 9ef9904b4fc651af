/**
 * Every kfunc that the machine has, by the kernel's name.
 */
import { NUMBER_ITERATOR } from './iterator-of-numbers.ts'
import type { Kfunc } from './kfunc.ts'

/** By name. */
export const KFUNCS: ReadonlyMap<string, Kfunc> = new Map(Object.entries({ ...NUMBER_ITERATOR }))
