/**
 * The text of `--help`, from the table of options, folded to 80 columns.
 */
import { OPTIONS, type OptionSpec, showOption } from './options.ts'

const WIDTH = 80

/** The help, with no newline at its end. */
export function helpText(): string {
  const rows = Object.values<OptionSpec>(OPTIONS).map((option) => [showOption(option), option.help] as const)
  const column = Math.max(...rows.map(([names]) => names.length)) + 4
  const options = rows.map(([names, help]) => `  ${names.padEnd(column - 2)}${fold(help, column)}`)
  return [
    'Usage: borescope [options] FILE [parameters]',
    '       borescope [options] -e PROGRAM [parameters]',
    '       borescope -l [PATTERN]',
    '       borescope plan uprobe:FILE:FUNCTION',
    '',
    fold('Dynamic tracing for Linux: runs bpftrace scripts, with no compiler, headers or libraries to install.', 0),
    fold(
      'FILE is a script (- for standard input); the words behind it are its parameters $1, $2, ..., and behind -- its own options (--name=value)',
      0,
    ),
    fold('plan shows where a probe would be attached, why there, and what a hit would cost.', 0),
    '',
    'Options:',
    ...options,
  ].join('\n')
}

/** Breaks text into lines that stand in the columns from `indent` on. */
function fold(text: string, indent: number): string {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || indent + last.length + 1 + word.length > WIDTH) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines.join(`\n${' '.repeat(indent)}`)
}
