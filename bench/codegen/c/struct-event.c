#include "bpf.h"

struct event {
  u32 pid, tid;
  char comm[16];
  u64 ns, number;
};
EVENTS;

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  struct event *event = bpf_ringbuf_reserve(&events, sizeof(*event), 0);
  if (!event) return 0;
  u64 ids = bpf_get_current_pid_tgid();
  event->pid = ids >> 32;
  event->tid = ids;
  bpf_get_current_comm(event->comm, sizeof(event->comm));
  event->ns = bpf_ktime_get_ns();
  event->number = ctx->di;
  bpf_ringbuf_submit(event, BPF_RB_NO_WAKEUP);
  return 0;
}
