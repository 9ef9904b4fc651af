/**
 * Go programs of `testdata/symbolize`, built for a test file into a directory of its own; and of other toolchains, which
 * `$BORESCOPE_TEST_GO` names (a colon between paths of `go`).
 */
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Builds `testdata/symbolize/SOURCE` to `directory/NAME`; answers its path. */
export function buildGo(
  directory: string,
  build: { readonly source: string; readonly name: string; readonly flags?: readonly string[]; readonly go?: string },
): string {
  const { source, name, flags = [], go = 'go' } = build
  const folder = join(directory, `${name}-source`)
  mkdirSync(folder)
  writeFileSync(join(folder, 'go.mod'), 'module example.com/target\n\ngo 1.18\n')
  copyFileSync(join(import.meta.dirname, '../../testdata/symbolize', source), join(folder, 'main.go'))
  const path = join(directory, name)
  execFileSync(go, ['build', ...flags, '-o', path, '.'], {
    cwd: folder,
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' },
  })
  return path
}

/** The toolchains to test with: the one in `$PATH`, and those that the environment names. */
export function goToolchains(): readonly string[] {
  return ['go', ...(process.env.BORESCOPE_TEST_GO ?? '').split(':').filter((path) => path !== '')]
}
