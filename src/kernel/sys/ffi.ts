/**
 * The only file that knows the foreign function interface (koffi, which has a prebuilt native part per platform). It
 * offers the few things that the rest of `sys` needs, so that another FFI can take its place. Nothing is loaded before
 * the first call. What each system call means is the business of the files beside this one.
 */
import { createRequire } from 'node:module'
import { NotSupportedError } from '../../base/errors.ts'

/** A machine word handed to the kernel. */
export type Word = number | bigint

/** What an FFI must offer. */
export interface Ffi {
  /** syscall(2): -1 on failure, with `errno()` saying why. Missing arguments are 0. */
  syscall(number: number, words: readonly Word[]): number
  /** `errno` of this thread. */
  errno(): number
  /** Where the bytes are now. Only true while the caller holds `bytes`; make it right before the call. */
  addressOf(bytes: Uint8Array): bigint
  /** Raw memory as an ArrayBuffer. It cannot be detached: the range must stay mapped for ever. */
  viewOf(address: number, length: number): ArrayBuffer
  /** Bytes of a page of memory. */
  pageSize(): number
  /** What `__cxa_demangle` of the C++ library that Node itself runs on says; undefined when it refuses, or Node brings none that is shared. */
  demangle(symbol: string): string | undefined
}

let loaded: Ffi | undefined

/** The FFI, loaded on the first call. Throws `NotSupportedError` when its native part is not installed. */
export function loadFfi(): Ffi {
  loaded ??= openFfi(() => requireKoffi(createRequire(import.meta.filename)))
  return loaded
}

/** The part of koffi that is used: all of it comes from the native part. */
type Koffi = Pick<typeof import('koffi'), 'load' | 'errno' | 'address' | 'view' | 'decode'>

/**
 * The native part by its name, or else the way round by koffi's own JavaScript, which looks for it in 7 ms more: on musl,
 * and where the package manager lets nobody see what koffi depends on.
 */
export function requireKoffi(require: (name: string) => unknown): Koffi {
  try {
    return require(`@koromix/koffi-linux-${process.arch}/linux_${process.arch}/koffi.node`) as Koffi
  } catch {
    return require('koffi') as Koffi
  }
}

/** The FFI on the koffi that `load` answers. Throws `NotSupportedError` when `load` throws. */
export function openFfi(load: () => Koffi): Ffi {
  const koffi = loadKoffi(load)
  const libc = koffi.load(null)
  const word = 'uint64_t'
  const syscall = libc.func('syscall', 'int64_t', ['int64_t', word, word, word, word, word, word])
  const getpagesize = libc.func('getpagesize', 'int', [])
  return {
    syscall: (number, [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0]) => Number(syscall(number, a, b, c, d, e, f)),
    errno: () => koffi.errno(),
    addressOf: (bytes) => koffi.address(bytes),
    viewOf: (address, length) => koffi.view(BigInt(address), length),
    pageSize: () => getpagesize(),
    demangle: createDemangle(koffi),
  }
}

/** The answer is the caller's to free. Nothing is looked for before the first call. */
function createDemangle(koffi: Koffi): Ffi['demangle'] {
  let demangle: ((symbol: string) => string | undefined) | undefined
  const find = (): ((symbol: string) => string | undefined) => {
    try {
      const library = koffi.load(null)
      const cxaDemangle = library.func('__cxa_demangle', 'void *', ['str', 'void *', 'void *', 'void *'])
      const free = library.func('free', 'void', ['void *'])
      return (symbol) => {
        const text = cxaDemangle(symbol, null, null, null)
        if (text === null) return undefined
        const name = koffi.decode(text, 'char', -1)
        free(text)
        return name
      }
    } catch {
      return () => undefined // A Node that is linked statically.
    }
  }
  return (symbol) => {
    demangle ??= find()
    return demangle(symbol)
  }
}

function loadKoffi(load: () => Koffi): Koffi {
  try {
    return load()
  } catch (cause) {
    const platform = `${process.platform}-${process.arch}`
    throw new NotSupportedError('calling the kernel', {
      detail: `the native part of koffi for ${platform} is not installed`,
      remedy: `install the optional dependency: npm install @koromix/koffi-${platform}`,
      cause,
    })
  }
}
