/**
 * What the ways to attach have in common: what they are given, and the link that they answer.
 */
import type { Link } from '../../spec/executor.ts'
import type { RefusedSite } from '../../spec/type-source.ts'
import type { Features } from '../features/features.ts'
import { closeAll, type Fd } from '../sys/fd.ts'

/** A loaded program and the kernel that it is to be attached in. */
export interface AttachContext {
  readonly program: Fd
  readonly features: Features
  /** How the program was loaded to be attached, if to uprobes. */
  readonly uprobes: 'uprobe_multi' | 'perf_event'
}

/** What an attached link is made of. `fds` are closed in reverse order. */
export interface LinkParts {
  readonly how: string
  readonly siteCount: number
  readonly fds: readonly Fd[]
  readonly refused?: readonly RefusedSite[]
}

/** A link that owns its descriptors. */
export function makeLink(parts: LinkParts): Link {
  const { how, siteCount, fds, refused = [] } = parts
  return { how, siteCount, ...(refused.length === 0 ? {} : { refused }), close: () => closeAll(fds) }
}

/** Collects descriptors; when `fill` throws, those that it had opened are closed. */
export function openTogether<T>(fill: (fds: Fd[]) => T): T {
  const fds: Fd[] = []
  try {
    return fill(fds)
  } catch (error) {
    closeAll(fds)
    throw error
  }
}
