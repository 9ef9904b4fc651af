/**
 * The kernel's description of its own types and functions. Looked at when a program first asks for one of them: 5 MB, which
 * take 10 ms to read, page by page, and nothing to map where the kernel lets us (6.16).
 */
import { openSync, readFileSync, statSync } from 'node:fs'
import { NotSupportedError } from '../../base/errors.ts'
import { Btf } from '../../format/btf/btf.ts'
import { Fd } from '../sys/fd.ts'
import { mapForEver } from '../sys/mmap.ts'

const PATH = '/sys/kernel/btf/vmlinux'

let known: Btf | undefined

/** The running kernel's BTF, kept for the process. Throws `NotSupportedError` where the kernel was built without. @kernel 5.4 */
export function kernelBtf(): Btf {
  known ??= new Btf(readBytes(), PATH)
  return known
}

function readBytes(): Uint8Array {
  try {
    return mapBytes() ?? readFileSync(PATH)
  } catch (cause) {
    throw new NotSupportedError('reading the types of the kernel', {
      since: '5.4',
      detail: `${PATH} cannot be read`,
      remedy: 'use a kernel that is built with CONFIG_DEBUG_INFO_BTF',
      cause,
    })
  }
}

function mapBytes(): Uint8Array | undefined {
  const { size } = statSync(PATH)
  const file = new Fd(openSync(PATH, 'r'), PATH)
  try {
    return mapForEver(file, size)
  } finally {
    file.close()
  }
}
