/**
 * The parts that random probe functions use, and programs of one such function.
 */
import { array, bool, hash, i16, i32, i64, nsecs, ringbuf, string, struct, u8, u16, u32, u64, uprobe, uretprobe, user } from 'borescope'

const RING_SIZE = 4096
const event = { pid: u32, comm: string(16), small: u16, value: u64, flag: bool }

/** A program whose probe is the function of this text, on a function of `frozen-type-source.ts`. */
export function programOf(text: string, isReturn: boolean) {
  const parts = {
    out: array(u64, 1),
    small: array(u32, 1),
    signed: array(i32, 1),
    signed64: array(i64, 1),
    bytes: array(u8, 3),
    slots: array(u64, 8),
    flags: array(bool, 4),
    starts: hash(u32, u64, 100),
    names: hash(string(16), u64, 100),
    texts: hash(string(600), string(300), 10),
    pairs: hash(struct({ id: u32, at: u64 }), struct({ total: u64, text: string(30), ok: bool }), 100),
    events: ringbuf(struct(event), RING_SIZE),
    large: ringbuf(struct({ ...event, text: string(1000) }), RING_SIZE),
  }
  const names = { ...parts, user, nsecs, u8, u32, u64, i16, i64, NAME: 'node', LIMIT: 1000 }
  const body = new Function(...Object.keys(names), `return ${text}`)(...Object.values(names)) as (ctx: object) => void
  const probe = isReturn ? uretprobe('/frozen/native', 'do_more', body) : uprobe('/frozen/native', 'do_work', body)
  return { ...parts, probe }
}
