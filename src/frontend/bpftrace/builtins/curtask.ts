/**
 * `curtask`: the task that runs, as the kernel describes it. @kernel 4.8
 */
import { UINT64 } from '../../../spec/types/type.ts'
import { plain } from '../check/static-type.ts'
import { integerValue } from '../lower/value.ts'
import type { Builtin } from './builtin.ts'

/** A pointer to a `struct task_struct`; a number where the kernel does not describe its types. */
export const curtask: Builtin = {
  check: ({ options }) => {
    const to = options.typeSource.kernelTypes?.()?.findType('struct task_struct')
    return plain(to === undefined ? UINT64 : { kind: 'pointer', to, space: 'kernel' })
  },
  lower: ({ builder }) => integerValue(builder.call('get_current_task', [])),
}
