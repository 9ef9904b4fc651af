/**
 * The two tiers: `unit` needs nothing and runs in parallel, `kernel` needs root and runs one file at a time, since its
 * tests count what the kernel holds. `--expose-gc`: tests of the FFI collect garbage where it hurts.
 */
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** Tests import the library as users do, by its name, and get it from src/. */
const source = (file: string) => join(import.meta.dirname, 'src', file)
const resolve = {
  alias: [
    { find: /^borescope$/, replacement: source('index.ts') },
    { find: /^borescope\/(\w+)$/, replacement: source('$1.ts') },
  ],
}

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    projects: [
      {
        resolve,
        test: {
          name: 'unit',
          testTimeout: 20_000,
          include: [
            'src/**/*.test.ts',
            'test/unit/**/*.test.ts',
            'test/toolchains/**/*.test.ts',
            'scripts/**/*.test.ts',
            'bench/**/*.test.ts',
          ],
          execArgv: ['--expose-gc'],
        },
      },
      {
        resolve,
        test: {
          name: 'kernel',
          include: ['test/kernel/**/*.test.ts', 'test/cases/**/*.test.ts'],
          execArgv: ['--expose-gc'],
          globalSetup: ['test/support/install-cli.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
        },
      },
    ],
  },
})
