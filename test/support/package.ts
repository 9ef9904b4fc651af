/**
 * The package as `npm publish` would send it, made of what is in src/ now, in a directory of its own.
 */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildDist } from '../../scripts/build-dist.ts'

const ROOT = join(import.meta.dirname, '../..')
const PUBLISHED = ['package.json', 'README.md', 'CHANGELOG.md', 'LICENSE', 'bin', 'tools']

/** A package and where it is installed. Whoever asked for it removes it. */
export interface InstalledPackage {
  /** The packed file. */
  readonly tarball: string
  readonly sizeBytes: number
  /** Paths in it. */
  readonly files: readonly string[]
  /** A project whose only dependency it is. */
  readonly project: string
  remove(): void
}

/** Packs the package and installs it, with its dependencies and without their scripts, into an empty project. */
export async function installPackage(): Promise<InstalledPackage> {
  const directory = mkdtempSync(join(tmpdir(), 'borescope-package-'))
  const [staging, project] = [join(directory, 'staging'), join(directory, 'project')]
  for (const name of PUBLISHED) cpSync(join(ROOT, name), join(staging, name), { recursive: true })
  await buildDist(join(staging, 'dist'))
  const npm = (...words: string[]) => execFileSync('npm', words, { cwd: staging, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
  const [packed] = JSON.parse(npm('pack', '--json', '--ignore-scripts', '--pack-destination', directory))
  const tarball = join(directory, packed.filename)
  npm('install', '--prefix', project, '--prefer-offline', '--ignore-scripts', '--no-audit', '--no-fund', tarball)
  return {
    tarball,
    sizeBytes: packed.size,
    files: packed.files.map(({ path }: { path: string }) => path),
    project,
    remove: () => rmSync(directory, { recursive: true }),
  }
}
