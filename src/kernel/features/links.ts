/**
 * Features of links: the ways to attach a program. Each is tried with arguments that only a kernel that knows the way
 * gets far enough to refuse for another reason.
 */
import { alu64, callHelper, immediate, mov64, register } from '../../format/asm/construct.ts'
import { HELPERS } from '../../format/asm/helpers.ts'
import { bpf } from '../sys/bpf.ts'
import { encodePerfEventLink, encodeUprobeMultiLink } from '../sys/bpf-link.ts'
import { ATTACH_TYPE } from '../sys/bpf-program.ts'
import type { Fd } from '../sys/fd.ts'
import { type Feature, tryProgram, withTrial } from './feature.ts'
import { EMPTY_PROGRAM } from './programs.ts'

const NO_FD = -1

/** A directory is not a file to probe: EBADF where uprobe_multi is known, EINVAL where it is not. */
function refusesDirectory(program: Fd): boolean {
  return uprobeMultiErrno(program, 0) === 'EBADF'
}

/** Kernels 6.6 to 6.9 filtered by thread instead of process, and did not look at the pid: those are not used. */
function refusesBadPid(program: Fd): boolean {
  return uprobeMultiErrno(program, 0xffff_ffff) === 'EINVAL'
}

function uprobeMultiErrno(program: Fd, pid: number): string | undefined {
  const link = { programFd: program.number, path: '/', offsets: [0], cookies: [0n], return: false, pid }
  return bpf('LINK_CREATE', encodeUprobeMultiLink(link)).errno
}

/** One link for many uprobes, with a filter by process that works. @kernel 6.6 (the filter 6.10) */
export const UPROBE_MULTI: Feature = {
  title: 'attaching many uprobes by one link',
  since: '6.6',
  probe: () =>
    withTrial(
      tryProgram({ type: 'kprobe', instructions: EMPTY_PROGRAM, expectedAttachType: ATTACH_TYPE.uprobe_multi }),
      (program) => refusesDirectory(program) && refusesBadPid(program),
    ),
}

/** Uprobe programs that may sleep, which lets them read the traced process as the process itself would. @kernel 6.6 */
export const SLEEPABLE_UPROBE: Feature = {
  title: 'uprobe programs that may sleep',
  since: '6.6',
  probe: () =>
    withTrial(
      tryProgram({
        type: 'kprobe',
        expectedAttachType: ATTACH_TYPE.uprobe_multi,
        sleepable: true,
        instructions: [
          ...[mov64(1, register(10)), alu64('add', 1, immediate(-8)), mov64(2, immediate(8)), mov64(3, immediate(0))],
          ...[callHelper(HELPERS.copy_from_user.id), ...EMPTY_PROGRAM],
        ],
      }),
      () => true,
    ),
}

/** A perf event attached by a link, with a cookie. @kernel 5.15 */
export const PERF_EVENT_LINK: Feature = {
  title: 'links of perf events',
  since: '5.15',
  probe: () =>
    withTrial(
      tryProgram({ type: 'perf_event', instructions: EMPTY_PROGRAM }),
      (program) => bpf('LINK_CREATE', encodePerfEventLink({ programFd: program.number, eventFd: NO_FD, cookie: 0n })).errno === 'EBADF',
    ),
}
