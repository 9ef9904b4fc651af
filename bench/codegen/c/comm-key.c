#include "bpf.h"

MAP(counts, PERCPU_HASH, 16, 8, 4096);

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u64 zero = 0;
  char comm[16];
  bpf_get_current_comm(comm, sizeof(comm));
  u64 *count = LOOKUP_OR_INIT(counts, comm, &zero);
  if (count) __sync_fetch_and_add(count, 1);
  return 0;
}
