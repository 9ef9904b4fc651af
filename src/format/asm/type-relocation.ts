/**
 * Numbers in a program that only the running kernel's types tell: at which byte of `struct task_struct` the field `pid` lies,
 * whether it is there at all. They are filled in when the program is loaded, so one program runs on kernels whose structs
 * differ ("compile once, run everywhere").
 */

/**
 * What is asked. Of a field: its byte offset, its bytes, whether it is there (0 or 1), whether it is signed (0 or 1), and by how
 * much 64 bits that were read at its offset are shifted left and then right to leave the field alone (0 and 0 for 8 whole bytes;
 * bitfields need it). Of a type: its bytes, whether it is there, its BTF id. Of a name of an enum: its value, and whether it is there.
 */
export const TYPE_QUESTIONS = [
  'field_offset',
  'field_size',
  'field_exists',
  'field_signed',
  'field_left_shift',
  'field_right_shift',
  'type_size',
  'type_exists',
  'type_id',
  'enum_value',
  'enum_value_exists',
] as const

/** What is asked of the kernel's types. */
export type TypeQuestion = (typeof TYPE_QUESTIONS)[number]

/**
 * A question about something that is named by a path in C: a type (`task_struct`), a field (`task_struct.comm`, `rq.cfs.h_load[2]`,
 * also through anonymous structs), a field behind pointers (`task_struct.mm->pgd`, whose offset counts from the last `->`), or a name
 * of an enum (`pid_type.PIDTYPE_TGID`). The answer becomes the immediate of the instruction that carries it, or the offset of a
 * memory access.
 */
export interface TypeRelocation {
  readonly question: TypeQuestion
  readonly path: string
}
