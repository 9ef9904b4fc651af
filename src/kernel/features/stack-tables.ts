/**
 * What programs need to walk user stacks by tables: loops of unknown length, the registers of the task, and the tree of mappings in
 * the form that they read it in.
 */
import { callHelper, exit, immediate, mov64, register } from '../../format/asm/construct.ts'
import { HELPERS } from '../../format/asm/helpers.ts'
import { answerRelocation } from '../../spec/relocation/answer.ts'
import { MAPPING_FIELDS } from '../../spec/unwind-layout.ts'
import { kernelBtf } from '../btf/kernel-btf.ts'
import { type Feature, tryProgram, withTrial } from './feature.ts'

/** Walking user stacks by tables. @kernel 6.4 */
export const STACK_TABLES: Feature = {
  title: 'walking user stacks by tables',
  since: '6.4',
  probe: () => hasRegisters() && hasTypes(),
}

function hasRegisters(): boolean {
  const instructions = [
    callHelper(HELPERS.get_current_task_btf.id),
    mov64(1, register(0)),
    callHelper(HELPERS.task_pt_regs.id),
    mov64(0, immediate(0)),
    exit(),
  ]
  return withTrial(tryProgram({ type: 'kprobe', instructions }), () => true)
}

function hasTypes(): boolean {
  const btf = kernelBtf()
  const isAsExpected = ([path, expected]: (typeof MAPPING_FIELDS)[number]) => {
    const offset = answerRelocation(btf, { question: 'field_offset', path })
    return typeof offset === 'bigint' && (expected === undefined || offset === BigInt(expected))
  }
  return btf.find('function', 'bpf_iter_num_new') !== undefined && MAPPING_FIELDS.every(isAsExpected)
}
