/**
 * Our code beside clang's and bpftrace's, alone: `npx tsx bench/codegen/main.ts [NAME...]` (with names, listings too). Ends with 1
 * when the bar is missed.
 */
import { benchCodegen } from './compare.ts'

process.exitCode = (await benchCodegen(process.argv.slice(2))) ? 0 : 1
