/**
 * Lowers an argument of a static probe to an i64, extended by its size and sign. One that there is not is 0, as in bpftrace.
 */
import type { Operand } from '../../../compiler/ir/ir.ts'
import { PT_REGS, type RegisterName } from '../../../compiler/lowering/registers.ts'
import type { UsdtArgument, UsdtOperand } from '../../../spec/type-source.ts'
import type { IntType } from '../../../spec/types/type.ts'
import { castInteger } from './integers.ts'
import type { Lowering } from './lowering.ts'
import { readAt } from './memory.ts'

/** The value. */
export function lowerUsdtArgument(lowering: Lowering, argument: UsdtArgument | undefined): Operand {
  const { builder } = lowering
  if (argument === undefined) return builder.i64(0)
  const { operand, size, signed } = argument
  const type: IntType = { kind: 'int', size, signed }
  switch (operand.kind) {
    case 'unreadable':
      return builder.i64(0)
    case 'constant':
      return castInteger(lowering, builder.i64(operand.value), type)
    case 'register':
      return castInteger(lowering, builder.binary('lshr', register(lowering, operand.register), builder.i64(operand.shift)), type)
    case 'memory': {
      const value = readAt(lowering, addressOf(lowering, operand), { type, space: 'user' })
      return value.kind === 'integer' ? value.operand : builder.i64(0)
    }
  }
}

function addressOf(lowering: Lowering, { base, index, scale, offset, ofObject }: Extract<UsdtOperand, { kind: 'memory' }>): Operand {
  const { builder } = lowering
  let address: Operand = builder.i64(offset)
  if (base !== undefined) address = builder.binary('add', address, register(lowering, base))
  if (index !== undefined) address = builder.binary('add', address, builder.binary('mul', register(lowering, index), builder.i64(scale)))
  return ofObject ? builder.binary('add', address, slideOf(lowering)) : address
}

/** How far the object lies from where its tables have it: the site is known in both. */
function slideOf(lowering: Lowering): Operand {
  const { builder, unit } = lowering
  const { positionIndependent = false, sites = [] } = unit.context.uprobe ?? {}
  const [first, ...others] = sites
  if (!positionIndependent || first === undefined) return builder.i64(0)
  // The cookie of such a site is its address, with the number of its file above it.
  const site =
    others.length === 0
      ? builder.i64(first.address)
      : builder.binary('and', builder.call('get_attach_cookie', [builder.context]), builder.i64(ADDRESS_MASK))
  return builder.binary('sub', register(lowering, 'ip'), site)
}

const ADDRESS_MASK = (1n << 48n) - 1n

function register({ builder }: Lowering, name: string): Operand {
  return builder.load('i64', builder.context, PT_REGS[name as RegisterName])
}
