/**
 * What others say of addresses of a program: lines as addr2line of binutils has them, functions and what was inlined into them
 * as llvm-symbolizer (binutils names some inlined calls after the function that they are in).
 */
import { execFileSync } from 'node:child_process'

/** `file:line` of each address, `?` where there is none. */
export function addr2line(path: string, addresses: readonly bigint[]): string[] {
  return ask(['addr2line', '-e', path], addresses).map((line) =>
    /^\?\?|:\?$|:0$/.test(line) ? '?' : line.replace(/ \(discriminator \d+\)$/, ''),
  )
}

/** Functions of each address, innermost first, as `name file:line`. */
export function framesByLlvm(path: string, addresses: readonly bigint[]): string[][] {
  const blocks = ask(['llvm-symbolizer', '--no-demangle', '-e', path], addresses).join('\n').split('\n\n')
  return blocks.map((block) => {
    const lines = block.trim().split('\n')
    return lines.flatMap((name, at) =>
      at % 2 === 0 ? [`${name} ${lines[at + 1]!.replace(/:\d+$/, '').replace(/^\?\?:0$|.*:0$/, '?')}`] : [],
    )
  })
}

/** Every third address of the section that holds code, and of a little beyond. */
export function codeOf(path: string): bigint[] {
  const text = execFileSync('readelf', ['-SW', path], { encoding: 'utf8' })
  const [, start = '', size = ''] = / \.text +PROGBITS +(\w+) \w+ (\w+)/.exec(text) ?? []
  const addresses: bigint[] = []
  for (let at = BigInt(`0x${start}`), end = at + BigInt(`0x${size}`) + 32n; at < end; at += 3n) addresses.push(at)
  return addresses
}

function ask([command = '', ...flags]: readonly string[], addresses: readonly bigint[]): string[] {
  const input = addresses.map((address) => `0x${address.toString(16)}\n`).join('')
  const text = execFileSync(command, flags, { input, encoding: 'utf8', maxBuffer: 1 << 28, stdio: ['pipe', 'pipe', 'ignore'] })
  return text.trimEnd().split('\n')
}
