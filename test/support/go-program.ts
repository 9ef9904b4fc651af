/**
 * Go programs of `testdata`, built for a test file into a directory of its own; by the system's Go, the newest that Debian has, and
 * those that `$BORESCOPE_TEST_GO` names (a colon between paths of `go`).
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

/** Builds the package in `testdata/go/FOLDER` to `path`. */
export function buildGoFolder(
  path: string,
  build: { readonly folder: string; readonly flags?: readonly string[]; readonly go?: string },
): void {
  execFileSync(build.go ?? 'go', ['build', ...(build.flags ?? []), '-o', path, '.'], {
    cwd: join(import.meta.dirname, '../../testdata/go', build.folder),
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false', GOTOOLCHAIN: 'local' },
  })
}

/** The toolchains to test with: the one in `$PATH`, the newest of Debian's suites where it is installed, and those that the environment names. */
export function goToolchains(): readonly string[] {
  const newest = newestGo()
  const named = (process.env.BORESCOPE_TEST_GO ?? '').split(':').filter((path) => path !== '')
  return ['go', ...(newest === undefined ? [] : [newest]), ...named]
}

/** The `go` that `scripts/newest-go.sh` has installed. */
export function newestGo(): string | undefined {
  const path = execFileSync(join(import.meta.dirname, '../../scripts/newest-go.sh'), ['--if-present'], { encoding: 'utf8' }).trim()
  return path === '' ? undefined : path
}
