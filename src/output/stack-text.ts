/**
 * Call stacks as text, section 6.3 of the language reference: a line feed, then a line for each frame.
 */
import { addressText } from '../spec/decode.ts'
import type { Frame, Value } from '../spec/value.ts'
import type { TextFilter } from './escape.ts'

type Stack = Extract<Value, { kind: 'stack' }>
type FrameText = (frame: Frame, stack: Stack, filter: TextFilter) => string

const FRAME_TEXTS: Readonly<Record<Stack['mode'], FrameText>> = {
  bpftrace: (frame, _stack, filter) =>
    `        ${frame.inlined ? '[inlined] ' : ''}${symbolText(frame, filter)}${placeText(frame, filter)}`,
  perf: (frame, { space }, filter) => {
    if (frame.inlined) return `\t${frame.address.toString(16)} ${symbolText(frame, filter)} (inlined)`
    const file = space === 'user' ? ` (${filter(frame.path ?? '[unknown]')})` : ''
    return `\t${frame.address.toString(16)} ${symbolText(frame, filter)}${file}`
  },
  raw: ({ address }) => address.toString(16),
  build_id: ({ address, build }) => (build === undefined ? address.toString(16) : `${build.id} 0x${build.fileOffset.toString(16)}`),
}

const WITHOUT_NAMES: ReadonlySet<Stack['mode']> = new Set(['raw', 'build_id'])

/** A stack in its own form. */
export function stackText(stack: Stack, filter: TextFilter): string {
  const frames = WITHOUT_NAMES.has(stack.mode) ? stack.frames.filter(({ inlined }) => !inlined) : stack.frames
  return `\n${frames.map((frame) => `${FRAME_TEXTS[stack.mode](frame, stack, filter)}\n`).join('')}`
}

/** `main+21`, or the address; an inlined function has no start to count from. */
function symbolText({ address, symbol, offset = 0n, inlined }: Frame, filter: TextFilter): string {
  if (symbol === undefined) return addressText(address)
  return inlined ? filter(symbol) : `${filter(symbol)}+${offset}`
}

function placeText({ file, line }: Frame, filter: TextFilter): string {
  return file === undefined || line === undefined ? '' : `@${filter(file)}:${line}`
}
