/**
 * The numbers of BTF, the type format of the kernel and of BPF programs: Documentation/bpf/btf.rst and
 * include/uapi/linux/btf.h.
 */

/** First two bytes of BTF, read as a little-endian number. */
export const BTF_MAGIC = 0xeb9f
/** Bytes of the header: magic, version, flags, its own length, and offset and length of types and strings. */
export const BTF_HEADER_SIZE = 24

/**
 * Kinds of type, by the names of `BtfType`. `function`, `prototype` @kernel 5.0; `variable`, `section` 5.2; `float` 5.13;
 * `declaration_tag` 5.16; `type_tag` 5.17; `enum64` 6.0.
 */
export const BTF_KIND = {
  int: 1,
  pointer: 2,
  array: 3,
  struct: 4,
  union: 5,
  enum: 6,
  forward: 7,
  typedef: 8,
  volatile: 9,
  const: 10,
  restrict: 11,
  function: 12,
  prototype: 13,
  variable: 14,
  section: 15,
  float: 16,
  declaration_tag: 17,
  type_tag: 18,
  enum64: 19,
} as const

/** The name of a kind. */
export type BtfKind = keyof typeof BTF_KIND

/** Words (4 bytes) that every type begins with: name, info, and size or type. */
export const COMMON_WORDS = 3

/** Words behind those, by kind number: once, and for each of `vlen` members. */
export const WORDS_BEHIND = [
  { once: 0, each: 0 },
  { once: 1, each: 0 },
  { once: 0, each: 0 },
  { once: 3, each: 0 },
  { once: 0, each: 3 },
  { once: 0, each: 3 },
  { once: 0, each: 2 },
  { once: 0, each: 0 },
  { once: 0, each: 0 },
  { once: 0, each: 0 },
  { once: 0, each: 0 },
  { once: 0, each: 0 },
  { once: 0, each: 0 },
  { once: 0, each: 2 },
  { once: 1, each: 0 },
  { once: 0, each: 3 },
  { once: 0, each: 0 },
  { once: 1, each: 0 },
  { once: 0, each: 0 },
  { once: 0, each: 3 },
] as const

/** The kind's number in the second word of a type. */
export const kindOfInfo = (info: number): number => (info >>> 24) & 0x1f
/** The number of members in the second word. */
export const countOfInfo = (info: number): number => info & 0xffff
/** The flag of the second word: bitfields in a struct, signed values of an enum, a forward declaration of a union. */
export const flagOfInfo = (info: number): boolean => info >>> 31 === 1
