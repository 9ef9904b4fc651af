#include "bpf.h"

MAP(start, HASH, 4, 8, 4096);
MAP(ns, PERCPU_ARRAY, 4, 8, 65);

SEC("uprobe/work") int entry(struct pt_regs *ctx) {
  u32 tid = bpf_get_current_pid_tgid();
  u64 now = bpf_ktime_get_boot_ns();
  bpf_map_update_elem(&start, &tid, &now, BPF_ANY);
  return 0;
}

SEC("uretprobe/work") int leave(struct pt_regs *ctx) {
  u32 tid = bpf_get_current_pid_tgid();
  u64 *begun = bpf_map_lookup_elem(&start, &tid);
  if (!begun || !*begun) return 0;
  u32 bucket = hist_bucket(bpf_ktime_get_boot_ns() - *begun);
  u64 *count = bpf_map_lookup_elem(&ns, &bucket);
  if (count) __sync_fetch_and_add(count, 1);
  bpf_map_delete_elem(&start, &tid);
  return 0;
}
