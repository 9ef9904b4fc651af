/**
 * Compiles one script again and again in a process of its own and prints what each time took, in milliseconds, as JSON.
 * Usage: measure-script.ts ROUNDS TEXT
 */
import { sourceText } from '../../src/base/source-text.ts'
import { compileScript } from '../../src/frontend/bpftrace/compile.ts'
import { openTypeSource } from '../../src/session/machine-types.ts'

const [rounds = '1', text = ''] = process.argv.slice(2)
const times = Array.from({ length: Number(rounds) }, () => {
  const start = performance.now()
  const typeSource = openTypeSource()
  const { object, diagnostics } = compileScript(sourceText('stdin', text), { typeSource })
  typeSource.close()
  const took = performance.now() - start
  if (object === undefined) throw new Error(diagnostics.map(({ message }) => message).join('; '))
  return took
})
console.log(JSON.stringify(times))
