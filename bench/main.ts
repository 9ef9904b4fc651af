/**
 * `make bench`: everything that the project promises a figure for. Root. Usage: main.ts [ROUNDS]
 */
import { execFileSync } from 'node:child_process'
import { benchCodegen } from './codegen/compare.ts'
import { benchCompileTime } from './compile-time.ts'
import { benchEvents } from './events.ts'
import { benchGoHits } from './go-hits.ts'
import { benchHits } from './hits.ts'
import { benchPrinting } from './printing.ts'
import { benchScriptCost } from './script-cost.ts'
import { benchStacks } from './stacks.ts'
import { benchStartUp } from './start-up.ts'
import { benchSymbols } from './symbols.ts'
import { benchVm } from './vm.ts'

const rounds = Number(process.argv[2] ?? 10)
const bpftrace = hasBpftrace()
if (!bpftrace) console.log('bpftrace is not installed (apt-get install bpftrace): its columns stay empty')
await benchHits({ rounds, bpftrace })
await benchGoHits({ rounds, bpftrace })
await benchEvents({ rounds })
await benchPrinting({ rounds, bpftrace })
await benchScriptCost({ rounds: Math.min(rounds, 3), bpftrace })
benchStartUp({ rounds, bpftrace })
await benchCompileTime({ rounds })
benchSymbols({ rounds })
benchStacks({ rounds })
await benchCodegen()
benchVm({ rounds })

function hasBpftrace(): boolean {
  try {
    execFileSync('bpftrace', ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
