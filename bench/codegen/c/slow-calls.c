#include "bpf.h"

struct event {
  u32 tid, padding;
  u64 ns, result;
};
MAP(entered, HASH, 4, 8, 10240);
struct bpf_map_def SEC("maps") slow = {RINGBUF, 0, 0, 1 << 23, 0};

SEC("uprobe/work") int entry(struct pt_regs *ctx) {
  u32 tid = bpf_get_current_pid_tgid();
  u64 now = bpf_ktime_get_ns();
  bpf_map_update_elem(&entered, &tid, &now, BPF_ANY);
  return 0;
}

SEC("uretprobe/work") int leave(struct pt_regs *ctx) {
  u32 tid = bpf_get_current_pid_tgid();
  u64 *found = bpf_map_lookup_elem(&entered, &tid);
  if (!found) return 0;
  u64 start = *found;
  bpf_map_delete_elem(&entered, &tid);
  u64 now = bpf_ktime_get_ns();
  // The difference may be negative: then it is not above the limit.
  if (now < start || now - start <= 1000) return 0;
  struct event *event = bpf_ringbuf_reserve(&slow, sizeof(*event), 0);
  if (!event) return 0;
  event->tid = tid;
  event->padding = 0;
  event->ns = now - start;
  event->result = ctx->ax;
  bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
  return 0;
}
