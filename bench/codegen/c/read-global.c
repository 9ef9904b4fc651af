#include "bpf.h"

u64 copy;

SEC("uprobe/work") int probe(struct pt_regs *ctx) {
  u64 value;
  bpf_probe_read_user(&value, sizeof(value), (void *)COUNTER_ADDRESS);
  copy = value;
  return 0;
}
