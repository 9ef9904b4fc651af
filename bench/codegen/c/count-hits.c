#include "bpf.h"

u64 hits;

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  __sync_fetch_and_add(&hits, 1);
  return 0;
}
