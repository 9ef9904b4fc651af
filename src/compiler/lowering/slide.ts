/**
 * Addresses of an object's data in the process that hit a probe. In a PIE or shared object a symbol's value is not an
 * address: the slide is how far the process's own `ip` is from where the object's tables put the probed instruction, so
 * it is right for every process and needs no look at `/proc`.
 */
import type { VirtualOffset } from '../../base/address.ts'
import { pagesIntoFunction, type UprobeSite } from '../../spec/attach-point.ts'
import type { FunctionBuilder } from '../ir/builder.ts'
import type { Operand } from '../ir/ir.ts'
import { PT_REGS } from './registers.ts'

/** Bits of a cookie that hold the address of the site's function (see `siteCookie`). */
const ADDRESS_MASK = (1n << 48n) - 1n
/** Objects slide by whole pages of at least this size. */
const PAGE_SIZE = 4096n

/** What the slide is worked out from. */
export interface ProbedObject {
  readonly positionIndependent: boolean
  /** All sites of the program, in one object; when there are several, all the same `pagesIntoFunction`. */
  readonly sites: readonly UprobeSite[]
  readonly return: boolean
}

/**
 * The absolute address (i64) of `address` of the probed object. At a return probe `ip` is the caller's, so the entry's
 * address is asked of the kernel instead. @kernel 5.15 (return probes 6.6)
 */
export function absoluteAddressOf(builder: FunctionBuilder, object: ProbedObject, address: VirtualOffset): Operand {
  if (!object.positionIndependent) return builder.i64(address)
  const ip = object.return ? builder.call('get_func_ip', [builder.context]) : builder.load('i64', builder.context, PT_REGS.ip)
  const [only, ...others] = object.sites
  if (only !== undefined && others.length === 0) return builder.binary('add', ip, builder.i64(address - only.address))
  const cookie = builder.call('get_attach_cookie', [builder.context])
  const fn = builder.binary('and', cookie, builder.i64(ADDRESS_MASK))
  // How far into its function the site is, is not known; but less than a page more than its pages.
  const slide = builder.binary('and', builder.binary('sub', ip, fn), builder.i64(-PAGE_SIZE))
  const pages = only === undefined ? 0n : pagesIntoFunction(only)
  return builder.binary('add', slide, builder.i64(address - pages * PAGE_SIZE))
}
