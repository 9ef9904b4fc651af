/**
 * What the user-space machine throws when it stops a program: the reason, and everything that is known of the place.
 */
import { BorescopeError } from './errors.ts'

/** Why the user-space machine stopped a program. */
export type VmFaultKind =
  | 'null dereference'
  | 'out of bounds'
  | 'read-only memory'
  | 'bad pointer'
  | 'misaligned'
  | 'stack overflow'
  | 'budget exhausted'
  | 'uninitialised register'
  | 'unknown helper'
  | 'bad argument'
  | 'malformed program'

/** The user-space machine stopped a program, or refused it before it ran. What the program did until then stays done. */
export class VmFault extends BorescopeError {
  readonly code = 'vm-fault'
  readonly kind: VmFaultKind
  readonly program: string
  /** The function that the instruction stands in. */
  readonly functionName: string
  /** Index (in 8-byte slots) of the instruction in its program, and its listing text. */
  readonly instruction: number
  readonly listing: string
  /** The address that was accessed, where one was. */
  readonly address: bigint | undefined
  /** `FILE:LINE:COL` and the source line with a marker under it, when the instruction comes from user source. */
  readonly source: string | undefined

  constructor(
    kind: VmFaultKind,
    detail: string,
    at: {
      program: string
      functionName: string
      instruction: number
      listing: string
      address?: bigint | undefined
      source?: string | undefined
    },
  ) {
    const source = at.source === undefined ? '' : `\n${at.source}`
    super(
      `program ${at.program} faulted at instruction ${at.instruction} of ${at.functionName}, ${at.listing}: ${kind}: ${detail}${source}`,
    )
    this.kind = kind
    this.program = at.program
    this.functionName = at.functionName
    this.instruction = at.instruction
    this.listing = at.listing
    this.address = at.address
    this.source = at.source
  }
}
