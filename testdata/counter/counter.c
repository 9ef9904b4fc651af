/*
 * The counter for machines without Go: the same two symbols, main.doWork and main.counter, by asm labels.
 *
 * FIRST selects the first instruction of main.doWork, since that decides what a probe on it costs:
 *   FIRST_INC   inc counter(%rip)   single-stepped, as Go compiles it
 *   FIRST_PUSH  push %rbp           emulated by the kernel, a tenth of the cost
 *   FIRST_NOP   nop                 emulated
 *   FIRST_LOCK  lock addq           refused by the kernel (ENOTSUPP)
 * The first argument, when there is one and it is not zero, ends the program after that many calls, with the counter's value on standard output: the truth
 * to which a trace is compared. Otherwise it runs until it is killed.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FIRST_INC 0
#define FIRST_PUSH 1
#define FIRST_NOP 2
#define FIRST_LOCK 3
#ifndef FIRST
#define FIRST FIRST_INC
#endif

volatile uint64_t counter __asm__("main.counter");

void doWork(void) __asm__("main.doWork");

#if defined(__x86_64__)
/* A body of assembly only, so that the first instruction is the one asked for whatever the compiler is. */
__asm__(
    ".text\n"
    ".p2align 4\n"
    ".globl main.doWork\n"
    ".type main.doWork, @function\n"
    "main.doWork:\n"
#if FIRST == FIRST_PUSH
    "  push %rbp\n"
    "  mov %rsp, %rbp\n"
    "  incq main.counter(%rip)\n"
    "  pop %rbp\n"
#elif FIRST == FIRST_NOP
    "  nop\n"
    "  incq main.counter(%rip)\n"
#elif FIRST == FIRST_LOCK
    "  lock addq $1, main.counter(%rip)\n"
#else
    "  incq main.counter(%rip)\n"
#endif
    "  ret\n"
    ".size main.doWork, . - main.doWork\n");
#else
__attribute__((noinline)) void doWork(void) { counter++; }
#endif

int main(int argc, char **argv) {
  uint64_t limit = argc > 1 ? strtoull(argv[1], NULL, 10) : 0;
  if (limit == 0) {
    for (;;) doWork();
  }
  for (uint64_t i = 0; i < limit; i++) doWork();
  printf("%llu\n", (unsigned long long)counter);
  return 0;
}
