/**
 * Iterators: a program is run once for each thing of a kind that the kernel has, while a file is read. @kernel 5.8
 */
import { readSync } from 'node:fs'
import { SyscallError } from '../../base/errors.ts'
import type { AttachPoint } from '../../spec/attach-point.ts'
import type { Link } from '../../spec/executor.ts'
import { bpf, callName } from '../sys/bpf.ts'
import { encodeIteratorCreate, encodeIteratorLink } from '../sys/bpf-link.ts'
import { Fd } from '../sys/fd.ts'
import { refusalError } from '../sys/refusal.ts'
import { type AttachContext, makeLink, openTogether } from './attachment.ts'

/** Programs write nothing to the file, but the kernel wants room. */
const ROOM = 4096

/** Runs a program over everything of its kind, to the end. Throws `PermissionError`, `SyscallError`. */
export function attachIterator(context: AttachContext, { name }: Extract<AttachPoint, { kind: 'iterator' }>): Link {
  const doing = `attaching to ${name}`
  return openTogether((fds) => {
    const linked = bpf('LINK_CREATE', encodeIteratorLink(context.program.number))
    if (linked.errno !== undefined) throw refusalError({ call: callName('LINK_CREATE'), errno: linked.errno, doing })
    const link = new Fd(linked.value, name)
    fds.push(link)
    const opened = bpf('ITER_CREATE', encodeIteratorCreate(link.number))
    if (opened.errno !== undefined) throw new SyscallError(callName('ITER_CREATE'), opened.errno, doing)
    const file = new Fd(opened.value, name)
    fds.push(file)
    const room = new Uint8Array(ROOM)
    while (readSync(file.number, room) > 0);
    return makeLink({ how: 'iterator', siteCount: 1, fds })
  })
}
