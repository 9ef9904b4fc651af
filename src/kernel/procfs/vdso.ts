/**
 * The vdso: code that the kernel maps into every process. It is in no file, but it is the same everywhere, so that ours can be read.
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { readMaps, VDSO_PATH } from './processes.ts'

/** The bytes of the vdso, an ELF object; undefined when this process has none or cannot read its own memory. */
export function readVdso(): Uint8Array | undefined {
  const mapping = readMaps(process.pid)?.find(({ path }) => path === VDSO_PATH)
  if (mapping === undefined) return undefined
  const bytes = new Uint8Array(Number(mapping.end - mapping.start))
  try {
    const file = openSync('/proc/self/mem', 'r')
    try {
      return readSync(file, bytes, 0, bytes.length, Number(mapping.start)) === bytes.length ? bytes : undefined
    } finally {
      closeSync(file)
    }
  } catch {
    return undefined
  }
}
