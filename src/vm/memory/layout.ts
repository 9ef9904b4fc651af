/**
 * Where things are in the machine's linear memory, and what the addresses look like that programs see.
 *
 * A program's address is 64 bits: the upper half is `ADDRESS_HIGH` + the number of a region, the lower half the offset in it.
 * Translated code looks the region up in a table of `base, size` pairs for every access, so that nothing outside of a region
 * can be reached, whatever was computed. Such addresses are not canonical on any machine, hence never those of a process or
 * a kernel, and below 2^53, hence exact as JavaScript numbers.
 */

/** Cells through which translated code and the host exchange values; byte offsets. */
export const CELL = {
  /** r0 of a helper or of a finished program; r1 to r5 follow. */
  registers: 0,
  /** Instructions that may still run (u64). */
  left: 48,
  /** What is running: the index of an instruction in the machine's list of all (u32). */
  site: 56,
  /** Frames below the current one (u32). */
  depth: 60,
  /** Why translated code stops (u32), and the address or register that it is about (u64). */
  faultKind: 64,
  faultDetail: 72,
  /** Tail calls since the program was started (u32). */
  tailCalls: 80,
} as const

/** Byte offset of the table of regions. */
export const REGION_TABLE = 128
/** Bytes of one entry: base and size, u32 each. */
export const REGION_ENTRY = 8

/** The upper half of the address of region 0, which is never alive. */
export const ADDRESS_HIGH = 0x0008_0000
/** The upper half of what stands for a map. */
export const MAP_HIGH = 0x0004_0000
/** The upper half of what stands for a function that is called back. */
export const FUNCTION_HIGH = 0x0005_0000
const HALF = 0x1_0000_0000

/** The address of a place in a region. */
export const addressOf = (region: number, offset = 0): number => (ADDRESS_HIGH + region) * HALF + offset

/** Bytes of one stack frame, and how many there are (`MAX_CALL_FRAMES` of include/linux/bpf_verifier.h). */
export const FRAME_SIZE = 512
/** How deep calls may nest, the main function included. */
export const MAX_FRAMES = 8
/** The region of the frame at depth 0; the others follow. */
export const FIRST_FRAME_REGION = 1
/** Regions that programs may only read: the context, and keys of maps during loops over them. */
export const READ_ONLY_REGIONS = 8

/** The sizes that follow from what a machine holds. */
export interface Layout {
  /** Regions from this number on are read-only. */
  readonly writableRegions: number
  readonly regions: number
  /** Byte offset of the frame at depth 0. */
  readonly frames: number
  /** Byte offset behind everything that is laid out here. */
  readonly end: number
}

/** Lays memory out for so many regions beside frames and context. */
export function layoutMemory(wantedRegions: number): Layout {
  const writableRegions = FIRST_FRAME_REGION + MAX_FRAMES + wantedRegions
  const regions = writableRegions + READ_ONLY_REGIONS
  const frames = Math.ceil((REGION_TABLE + regions * REGION_ENTRY) / 64) * 64
  return { writableRegions, regions, frames, end: frames + MAX_FRAMES * FRAME_SIZE }
}
