// What the probes of bench/codegen name: it is never run, only looked up and attached to.
volatile unsigned long counter;
__attribute__((noinline)) long work(long number, const char *text, int small, unsigned long kind) {
  counter += number + *text + small + kind;
  return counter;
}
int main(int argc, char **argv) { return work(argc, argv[0], 3, 4) == 0; }
