/**
 * What a pass is: a rewrite of one function, in place, that keeps it valid and means the same.
 */
import type { IrFunction } from '../ir/ir.ts'

/** One optimisation. */
export interface Pass {
  /** In kebab case, as `-d ir` shows it. */
  readonly name: string
  /** Rewrites `fn` and answers whether anything changed. */
  run(fn: IrFunction): boolean
}
