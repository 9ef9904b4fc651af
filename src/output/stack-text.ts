/**
 * Call stacks as text, section 6.3 of the language reference: a line feed, then a line for each frame.
 */
import { addressText } from '../spec/decode.ts'
import type { Frame, Value } from '../spec/value.ts'
import type { TextFilter } from './escape.ts'

type Stack = Extract<Value, { kind: 'stack' }>
type FrameText = (frame: Frame, stack: Stack, filter: TextFilter) => string

const FRAME_TEXTS: Readonly<Record<Stack['mode'], FrameText>> = {
  bpftrace: (frame, _stack, filter) => `        ${symbolText(frame, filter)}`,
  perf: (frame, { space }, filter) => {
    const file = space === 'user' ? ` (${filter(frame.path ?? '[unknown]')})` : ''
    return `\t${frame.address.toString(16)} ${symbolText(frame, filter)}${file}`
  },
  raw: ({ address }) => address.toString(16),
}

/** A stack in its own form. */
export function stackText(stack: Stack, filter: TextFilter): string {
  return `\n${stack.frames.map((frame) => `${FRAME_TEXTS[stack.mode](frame, stack, filter)}\n`).join('')}`
}

/** `main+21`, or the address. */
function symbolText({ address, symbol, offset = 0n }: Frame, filter: TextFilter): string {
  return symbol === undefined ? addressText(address) : `${filter(symbol)}+${offset}`
}
