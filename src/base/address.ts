/**
 * Addresses of an executable as branded types: mixing two does not compile. The words are those of the field: a *file
 * offset* is where bytes lie in the file, a *virtual offset* is the address that the file's own tables use (`p_vaddr`, symbol
 * values). An *absolute address*, where something is in one running process, only exists in the kernel half.
 */
declare const kind: unique symbol

/** A position in a file, in bytes. What a uprobe is attached to. */
export type FileOffset = number & { readonly [kind]: 'file-offset' }
/** An address as the object file itself counts them, before any load bias. */
export type VirtualOffset = bigint & { readonly [kind]: 'virtual-offset' }

/** Brands a number as a file offset. */
export const fileOffset = (value: number): FileOffset => value as FileOffset
/** Brands a bigint as a virtual offset. */
export const virtualOffset = (value: bigint): VirtualOffset => value as VirtualOffset
