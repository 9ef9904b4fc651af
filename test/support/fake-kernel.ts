/**
 * A kernel that only remembers what it was asked. Memory arguments are copied at the time of the call, pointers resolved
 * to what they point to, so that a test can say exactly which bytes the real kernel would have got.
 */
import { type Argument, type SyscallName, type SyscallResult, swapSyscallLayer } from '../../src/kernel/sys/syscall.ts'

/** Memory as it was handed over. `pointers`: by offset of the pointer, the bytes that it points to. */
export interface AskedMemory {
  readonly bytes: Uint8Array
  readonly pointers: ReadonlyMap<number, Uint8Array>
}

/** One system call. */
export interface AskedCall {
  readonly name: SyscallName
  readonly args: readonly (number | bigint | AskedMemory)[]
}

/** Answers a call; may write into the memory of `args`, as the kernel does. */
export type Answer = (name: SyscallName, args: readonly Argument[]) => SyscallResult

/** Runs `use` on a fake kernel and answers every system call that it made. */
export function onFakeKernel(answer: Answer, use: () => void): readonly AskedCall[] {
  const calls: AskedCall[] = []
  const restore = swapSyscallLayer({
    call(name, args) {
      calls.push({ name, args: args.map(remember) })
      return answer(name, args)
    },
    viewOf: (_address, length) => new ArrayBuffer(length),
    pageSize: () => 4096,
  })
  try {
    use()
  } finally {
    restore()
  }
  return calls
}

/** Answers descriptors 100, 101, ... to what opens one, and 0 to everything else. */
export function descriptors(): Answer {
  let next = 100
  return (name, args) => {
    const opens = name === 'perf_event_open' || (name === 'bpf' && [0, 5, 28, 32].includes(Number(args[0])))
    return { value: opens ? next++ : 0 }
  }
}

function remember(argument: Argument): number | bigint | AskedMemory {
  if (typeof argument !== 'object') return argument
  return { bytes: argument.bytes.slice(), pointers: new Map(argument.keep.map(({ at, target }) => [at, target.slice()])) }
}
