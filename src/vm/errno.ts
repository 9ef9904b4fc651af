/**
 * The error numbers that helpers answer with, negated. Numbers of include/uapi/asm-generic/errno-base.h and errno.h.
 */

/** By name. */
export const ERRNO = {
  ENOENT: 2,
  E2BIG: 7,
  EAGAIN: 11,
  ENOMEM: 12,
  EFAULT: 14,
  EEXIST: 17,
  EINVAL: 22,
  ENOSPC: 28,
  ERANGE: 34,
  EOPNOTSUPP: 95,
} as const
