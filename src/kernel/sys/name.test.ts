import { expect, test } from 'vitest'
import { kernelName } from './name.ts'

test.for<[string, string]>([
  ['events', 'events'],
  ['@', 'AT_'],
  ['@start', 'AT_start'],
  ['uprobe:/tmp/counter:main.doWork', 'uprobe__tmp_cou'],
  ['größe 1', 'gr__e_1'],
])('%s becomes %s', ([name, expected]) => expect(kernelName(name)).toBe(expected))
