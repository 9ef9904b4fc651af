/* Static probes in every form that a compiler may give their arguments, and one that counts its tracers. */
#include <unistd.h>

#define BASE                                                                                                     \
  ".ifndef _.stapsdt.base\n.pushsection .stapsdt.base,\"aG\",\"progbits\",.stapsdt.base,comdat\n"                \
  ".weak _.stapsdt.base\n.hidden _.stapsdt.base\n_.stapsdt.base: .space 1\n.popsection\n.endif\n"
#define PLACE(provider, name, semaphore, arguments)                                                              \
  "990: nop\n.pushsection .note.stapsdt,\"?\",\"note\"\n.balign 4\n.4byte 992f-991f,994f-993f,3\n"               \
  "991: .asciz \"stapsdt\"\n992: .balign 4\n993: .8byte 990b,_.stapsdt.base," semaphore "\n"                     \
  ".asciz \"" provider "\"\n.asciz \"" name "\"\n.asciz \"" arguments "\"\n994: .balign 4\n.popsection\n" BASE

unsigned short counted_semaphore __attribute__((section(".probes")));
static int global = 77;
static char text[] = "hello";

__attribute__((noinline)) void work(int a, long b, const char *s, signed char c) {
  __asm__ volatile(PLACE("shop", "order", "0", "-4@%0 8@%1 8@%2 -1@%3") ::"r"(a), "r"(b), "r"(s), "r"((int)c));
  __asm__ volatile(PLACE("shop", "price", "0", "-4@$-7 4@$9 8@%0 2@%1") ::"m"(b), "r"((short)a));
  __asm__ volatile(PLACE("store", "price", "0", ""));
  __asm__ volatile(PLACE("shop", "global", "0", "-4@global(%%rip) 4@global+0(%%rip)") ::"r"(a));
  if (*(volatile unsigned short *)&counted_semaphore && write(1, "counted\n", 8) != 8) return;
  __asm__ volatile(PLACE("shop", "counted", "counted_semaphore", "-4@%0") ::"r"(a));
}

__attribute__((noinline)) void again(int a) {
  __asm__ volatile(PLACE("shop", "order", "0", "-4@%0 8@$1 8@$0 -1@$3") ::"r"(a * 2));
}

/* Passes them once; with an argument for ever. */
int main(int count, char **arguments) {
  (void)arguments;
  do {
    work(-5 - global + 77, 1234567890123L, text, -3);
    again(10);
  } while (count > 1 && usleep(1000) == 0);
  return 0;
}
