/**
 * What a kfunc of the machine is: a helper that is called by name.
 */
import type { VmHelper } from '../helpers/helper.ts'

/** A function of the kernel. */
export interface Kfunc {
  readonly argumentCount: number
  readonly run: VmHelper
}
