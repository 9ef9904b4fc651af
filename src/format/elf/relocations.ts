/**
 * Pointers in a position-independent file. On disk such a pointer may be zero and its value only in the addend of a
 * relative relocation (RELA), which is where the linker is free to put it. Source: elf(5), x86-64 and AArch64 psABI.
 */
import { type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { readDynamic } from './dynamic.ts'
import { type ElfFile, readVirtual } from './elf-file.ts'
import { MACHINE } from './elf-header.ts'

const ENTRY_SIZE = 24
const RELATIVE: Readonly<Record<number, number>> = { [MACHINE['x86-64']]: 8, [MACHINE.aarch64]: 1027 }

/** Calls `each` for every relative relocation, in file order, until it answers true. Throws `FormatError`. */
export function scanRelative(elf: ElfFile, each: (address: VirtualOffset, addend: bigint) => boolean): void {
  const table = readDynamic(elf)?.relocations
  if (table === undefined) return
  const bytes = readVirtual(elf, virtualOffset(table.address), table.size)
  if (bytes === undefined) return
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const relative = RELATIVE[elf.header.machine]
  for (let at = 0; at + ENTRY_SIZE <= bytes.length; at += ENTRY_SIZE) {
    if (view.getUint32(at + 8, true) !== relative) continue
    if (each(virtualOffset(view.getBigUint64(at, true)), view.getBigUint64(at + 16, true))) return
  }
}

/** The pointer at `address`: what the file holds there, else the addend of its relocation; undefined outside of the file. */
export function readPointer(elf: ElfFile, address: VirtualOffset): bigint | undefined {
  const bytes = readVirtual(elf, address, 8)
  if (bytes === undefined || bytes.length < 8) return undefined
  let value = new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true)
  if (value !== 0n || elf.header.type !== 'shared') return value
  scanRelative(elf, (at, addend) => {
    if (at === address) value = addend
    return at === address
  })
  return value
}
