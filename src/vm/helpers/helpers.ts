/**
 * Every helper that the machine has, by number.
 */
import { HELPERS, type HelperName } from '../../format/asm/helpers.ts'
import { CONTROL_HELPERS } from './control-helpers.ts'
import type { VmHelper } from './helper.ts'
import { MAP_HELPERS } from './map-helpers.ts'
import { MEMORY_HELPERS } from './memory-helpers.ts'
import { OUTPUT_HELPERS } from './output-helpers.ts'
import { TASK_HELPERS } from './task-helpers.ts'

const BY_NAME: Readonly<Partial<Record<HelperName, VmHelper>>> = {
  ...MAP_HELPERS,
  ...MEMORY_HELPERS,
  ...TASK_HELPERS,
  ...OUTPUT_HELPERS,
  ...CONTROL_HELPERS,
}

/** A helper, with the name and the number of arguments that it must be given. */
export interface NumberedHelper {
  readonly name: string
  readonly argumentCount: number
  readonly run: VmHelper
}

/** By number, as a call instruction names them. */
export const VM_HELPERS: ReadonlyMap<number, NumberedHelper> = new Map(
  (Object.keys(BY_NAME) as HelperName[]).map((name) => [
    HELPERS[name].id,
    { name: `bpf_${name}`, argumentCount: HELPERS[name].argumentCount, run: BY_NAME[name] as VmHelper },
  ]),
)
