import { expect, test } from 'vitest'
import { errnoName } from './errno.ts'

test.for<[number, string]>([
  [1, 'EPERM'],
  [8, 'ENOEXEC'],
  [11, 'EAGAIN'],
  [22, 'EINVAL'],
  [95, 'EOPNOTSUPP'],
  [524, 'ENOTSUPP'],
  [9999, 'errno 9999'],
])('%i is %s', ([errno, name]) => expect(errnoName(errno)).toBe(name))
