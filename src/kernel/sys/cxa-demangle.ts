/**
 * Names of C++ by the C++ library that Node itself runs on: the same words as c++filt's and bpftrace's, which no demangler in
 * JavaScript has.
 */
import { NotSupportedError } from '../../base/errors.ts'
import { loadFfi } from './ffi.ts'

/** The library takes memory on the stack for each byte of a name; what compilers emit is far shorter. */
const LONGEST = 1 << 14

/** The name that an Itanium C++ symbol stands for; undefined when it is none, or the library is not to be had. */
export function cxaDemangle(symbol: string): string | undefined {
  if (symbol.length > LONGEST) return undefined
  try {
    return loadFfi().demangle(symbol)
  } catch (error) {
    if (error instanceof NotSupportedError) return undefined
    throw error
  }
}
