/**
 * The address of one symbol of the kernel.
 */
import { readKallsyms } from './kallsyms.ts'

/** A script's check and its lowering ask for the same few, and the text has megabytes. */
const asked = new Map<string, bigint | undefined>()

/** The address; undefined when there is no such symbol, or addresses are hidden (kptr_restrict) from this user. Modules that come later are not seen. */
export function findKernelSymbol(name: string): bigint | undefined {
  if (!asked.has(name)) asked.set(name, readAddress(name))
  return asked.get(name)
}

function readAddress(name: string): bigint | undefined {
  const text = readKallsyms() ?? ''
  const wanted = ` ${name}`
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    // A module's symbol has its name behind a tab.
    const next = text[at + wanted.length]
    if (next !== '\n' && next !== '\t' && next !== undefined) continue
    const address = BigInt(`0x${text.slice(text.lastIndexOf('\n', at) + 1).split(' ', 1)[0]}`)
    return address === 0n ? undefined : address
  }
  return undefined
}
