/**
 * A call stack as a value of 16 bytes: the kernel half stores the frames themselves once, in the map `stacksMap(depth)`
 * under that value, and user space looks them up when the stack is shown.
 */

/** Bytes of a stack as a value. All zeros stand for a stack that could not be taken. */
export const STACK_SIZE = 16
/** Where its parts lie: a hash of the frames (u64), how many there are (u32), and whose they are (u32, 0 for the kernel). */
export const STACK_OFFSETS = { hash: 0, count: 8, pid: 12 } as const
/**
 * The hash that holds stacks of up to `depth` frames: key as above, value the frames as u64, innermost first; what is behind the
 * last one means nothing.
 */
export const stacksMap = (depth: number): string => `stacks_${depth}`
/** Frames of a stack when nothing is said, and at most. */
export const STACK_DEPTH = { standard: 127, most: 1024 } as const
