/**
 * Static probes (USDT): what a program says about the places that it has for tracers, as notes of SystemTap's form.
 * Source: sys/sdt.h and https://sourceware.org/systemtap/wiki/UserSpaceProbeImplementation.
 */
import { type VirtualOffset, virtualOffset } from '../../base/address.ts'
import { ByteReader } from '../../base/bytes.ts'
import { type ElfFile, findSection, readSection } from './elf-file.ts'
import { parseNotes } from './notes.ts'

/** One place of a static probe. A probe may have several, each with arguments of its own. */
export interface UsdtNote {
  readonly provider: string
  readonly name: string
  /** The instruction, mostly a `nop`. */
  readonly address: VirtualOffset
  /** Two bytes that count the tracers: the program passes the place only when they are not zero. */
  readonly semaphore?: VirtualOffset
  /** `-4@%eax 8@-16(%rbp) ...`: size in bytes, negative when signed, and operand in the assembler's words. */
  readonly arguments: string
}

const SECTION = '.note.stapsdt'
const BASE_SECTION = '.stapsdt.base'
const OWNER = 'stapsdt'
const NT_STAPSDT = 3

/** The notes of a file, in its order. Throws `FormatError`. */
export function readUsdtNotes(elf: ElfFile): readonly UsdtNote[] {
  const section = findSection(elf, SECTION)
  if (section === undefined) return []
  const base = findSection(elf, BASE_SECTION)?.address
  return parseNotes(readSection(elf, section), elf.source.name)
    .filter(({ owner, type }) => owner === OWNER && type === NT_STAPSDT)
    .map(({ description }) => readNote(new ByteReader(description, elf.source.name), base))
}

/** A linker that moved code after the notes were made (prelink) moved the base section by as much. */
function readNote(reader: ByteReader, base: bigint | undefined): UsdtNote {
  const [address, assumedBase, semaphore] = [reader.u64(), reader.u64(), reader.u64()]
  const moved = base === undefined || assumedBase === 0n ? 0n : base - assumedBase
  const [provider = '', name = '', text = ''] = String.fromCharCode(...reader.take(reader.remaining)).split('\0')
  return {
    provider,
    name,
    address: virtualOffset(address + moved),
    ...(semaphore === 0n ? {} : { semaphore: virtualOffset(semaphore + moved) }),
    arguments: text,
  }
}
