/**
 * How the tables for unwinding user stacks lie in maps: user space writes them, programs search them. A file is known by what the
 * kernel knows it by, so a table serves every process that has the file mapped, wherever, also one that begins later.
 *
 * - `unwind_files`: a file (inode u64, device u32, low half of its size u32) to what is known of it: table u32, state u32.
 * - `unwind_pages`: 64 KB of a file (table u32, file offset >> 16 u32) to where their rows are: chunk u32, first row u16, rows u16.
 * - `unwind_rows`: a chunk (u32) to its rows, u32 each, sorted: the low 16 bits of the file offset in the upper half, the number of a
 *   rule in the lower. The rows of a page begin with one for its first byte.
 * - `unwind_rules`: an array of one entry: the rules (`format/eh-frame/unwind-rule.ts`), u64 each.
 */
import type { MapSpec } from './map-spec.ts'

/** Names of the maps. */
export const UNWIND_MAPS = { files: 'unwind_files', pages: 'unwind_pages', rows: 'unwind_rows', rules: 'unwind_rules' } as const

/** What is known of a file: nothing yet but that user space was asked, its table, or that it has none. */
export const FILE_STATE = { asked: 0, table: 1, none: 2 } as const

/** Bytes of the keys and values, and where the parts of a file's key and value lie. */
export const FILE_KEY = { size: 16, inode: 0, device: 8, fileSize: 12 } as const
/** See above. */
export const FILE_VALUE = { size: 8, table: 0, state: 4 } as const
/** See above. */
export const PAGE_KEY = { size: 8, table: 0, page: 4 } as const
/** See above. */
export const PAGE_VALUE = { size: 8, chunk: 0, first: 4, count: 6 } as const
/** Bits of a file offset that a row has; the rest says which page. */
export const PAGE_BITS = 16
/** Rows of a chunk, and rules in all: powers of two. */
export const CHUNK_ROWS = 16_384
/** See above. */
export const MOST_RULES = 8_192

/** The file that stands for the kernel's own code in every process (the vDSO); offsets count from its start. */
export const VDSO_KEY = { inode: 0n, device: 0, fileSize: 1 } as const

const NO_PREALLOC = 1
const MOST_FILES = 16_384
const MOST_PAGES = 262_144
const MOST_CHUNKS = 4_096

/** The maps of an object whose programs unwind by tables. Memory is taken as tables come. */
export const UNWIND_MAP_SPECS: readonly MapSpec[] = [
  { name: UNWIND_MAPS.files, kind: 'hash', keySize: FILE_KEY.size, valueSize: FILE_VALUE.size, maxEntries: MOST_FILES, flags: NO_PREALLOC },
  { name: UNWIND_MAPS.pages, kind: 'hash', keySize: PAGE_KEY.size, valueSize: PAGE_VALUE.size, maxEntries: MOST_PAGES, flags: NO_PREALLOC },
  { name: UNWIND_MAPS.rows, kind: 'hash', keySize: 4, valueSize: CHUNK_ROWS * 4, maxEntries: MOST_CHUNKS, flags: NO_PREALLOC },
  { name: UNWIND_MAPS.rules, kind: 'array', keySize: 4, valueSize: MOST_RULES * 8, maxEntries: 1 },
]

/** Nodes of the kernel's tree of mappings: bytes of one, and where their parts lie (include/linux/maple_tree.h). */
export const TREE_NODE = { size: 256, pivots: 8, rangeSlots: 128, arangeSlots: 80 } as const

/** What programs read of the kernel to know what is mapped at an address, and where it has to lie where that is taken for granted. */
export const MAPPING_FIELDS: readonly (readonly [path: string, offset?: number])[] = [
  ['maple_arange_64.pivot', TREE_NODE.pivots],
  ['maple_arange_64.slot', TREE_NODE.arangeSlots],
  ['maple_range_64.pivot', TREE_NODE.pivots],
  ['maple_range_64.slot', TREE_NODE.rangeSlots],
  ['task_struct.mm'],
  ['mm_struct.mm_mt.ma_root'],
  ['mm_struct.context.vdso'],
  ['vm_area_struct.vm_start'],
  ['vm_area_struct.vm_flags'],
  ['vm_area_struct.vm_pgoff'],
  ['file.f_inode'],
  ['inode.i_ino'],
  ['inode.i_sb'],
  ['inode.i_size'],
  ['super_block.s_dev'],
]
