/**
 * Builds `dist/`.
 */
import { join } from 'node:path'
import { buildDist } from './build-dist.ts'

// The tools have said what is wrong by then.
await buildDist(join(import.meta.dirname, '../dist')).catch(() => process.exit(1))
