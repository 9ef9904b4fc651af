#include "bpf.h"

MAP(seen, HASH, 4, 8, 4096);
MAP(done, HASH, 8, 8, 4096);

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u32 tid = bpf_get_current_pid_tgid();
  u64 kind = ctx->cx, number = ctx->di;
  bpf_map_delete_elem(&seen, &tid);
  bpf_map_update_elem(&done, &kind, &number, BPF_ANY);
  return 0;
}
