/**
 * Set-up of the kernel tier: installs the command as it is in src/ now into a directory of its own, which the tests run
 * (`cli.ts`). So they need no build before, and nobody who builds meanwhile can disturb them.
 */
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { bundleCli } from '../../scripts/bundle-cli.ts'

const ROOT = join(import.meta.dirname, '../..')
/** Inside node_modules, where the bundle finds the native part of the FFI, and which git does not look at. */
const CACHE = join(ROOT, 'node_modules/.cache')

/** Installs it, tells the tests where (`BORESCOPE_TEST_LAUNCHER`), and answers what takes it away again. */
export async function setup(): Promise<() => void> {
  mkdirSync(CACHE, { recursive: true })
  const directory = mkdtempSync(join(CACHE, 'borescope-test-'))
  // Tests also run the command as a user who is not root.
  chmodSync(directory, 0o755)
  for (const file of ['bin', 'package.json']) cpSync(join(ROOT, file), join(directory, file), { recursive: true })
  await bundleCli(join(directory, 'dist'))
  process.env.BORESCOPE_TEST_LAUNCHER = join(directory, 'bin/borescope')
  return () => rmSync(directory, { recursive: true })
}
