/* A program that writes to, and reads, memory at an address that is known beforehand. */
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#define ADDRESS ((void *)0x10000000)

struct account {
  uint64_t balance;
  uint32_t version;
};

__attribute__((noinline)) static void deposit(volatile struct account *account, uint64_t amount) {
  account->balance += amount;
  account->version = (uint32_t)amount;
}

int main(void) {
  struct account *account =
      mmap(ADDRESS, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
  if (account != ADDRESS) return 1;
  for (uint64_t amount = 1; amount <= 3; amount++) {
    deposit(account, amount * 100);
    usleep(300 * 1000);
  }
  return 0;
}
