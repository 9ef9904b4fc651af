#include "bpf.h"

struct record {
  u32 id, pid;
  char comm[16];
  u64 number, kind;
};
EVENTS;

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  struct record *record = bpf_ringbuf_reserve(&events, sizeof(*record), 0);
  if (!record) return 0;
  record->id = 0;
  record->pid = bpf_get_current_pid_tgid() >> 32;
  bpf_get_current_comm(record->comm, sizeof(record->comm));
  record->number = ctx->di;
  record->kind = ctx->cx;
  bpf_ringbuf_submit(record, BPF_RB_NO_WAKEUP);
  return 0;
}
