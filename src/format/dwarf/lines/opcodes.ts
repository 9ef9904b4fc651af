/**
 * Numbers of line tables. Source: the DWARF 5 standard, sections 6.2.4, 6.2.5 and 7.22.
 */

/** Standard opcodes (`DW_LNS_*`). */
export const STANDARD = {
  copy: 1,
  advance_pc: 2,
  advance_line: 3,
  set_file: 4,
  set_column: 5,
  negate_stmt: 6,
  set_basic_block: 7,
  const_add_pc: 8,
  fixed_advance_pc: 9,
  set_prologue_end: 10,
  set_epilogue_begin: 11,
  set_isa: 12,
} as const

/** Extended opcodes (`DW_LNE_*`); others are passed over by their length. */
export const EXTENDED = { end_sequence: 1, set_address: 2, define_file: 3 } as const

/** What a column of the tables of directories and files holds (`DW_LNCT_*`); others are passed over by their form. */
export const CONTENT = { path: 1, directory_index: 2 } as const
