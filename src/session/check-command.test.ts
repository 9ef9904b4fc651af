import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { UsageError } from '../base/errors.ts'
import { checkCommand } from './check-command.ts'

const directory = mkdtempSync(join(tmpdir(), 'borescope-command-'))
const path = `/nonexistent:${directory}`
beforeAll(() => {
  for (const name of ['program', 'data']) writeFileSync(join(directory, name), '#!/bin/sh\n')
  chmodSync(join(directory, 'program'), 0o755)
  mkdirSync(join(directory, 'folder'))
})
afterAll(() => rmSync(directory, { recursive: true }))

describe('the command of -c', () => {
  test.for(['program', ' program with arguments', `${directory}/program`, '$program', "'a b'/c", '"$HOME"/x', '(program)'])(
    '%s is left to the shell or found',
    (command) => {
      expect(() => checkCommand(command, path)).not.toThrow()
    },
  )

  test.for([
    ['progam', 'cannot run the command progam: there is no such program in $PATH'],
    ['data x', 'cannot run the command data: there is no such program in $PATH'],
    ['folder', 'cannot run the command folder: there is no such program in $PATH'],
    [`${directory}/nothing -v`, `cannot run the command ${directory}/nothing: no such file`],
    [`${directory}/folder`, `cannot run the command ${directory}/folder: it is a directory`],
    [`${directory}/data/below`, `cannot run the command ${directory}/data/below: no such file`],
  ] as const)('%s is refused', ([command, message]) => {
    expect(() => checkCommand(command, path)).toThrow(UsageError)
    expect(() => checkCommand(command, path)).toThrow(message)
  })
})
