// As walk.c, with what C++ has: namespaces, overloads, templates, methods, lambdas, callbacks of the standard library.
#include <algorithm>
#include <functional>
#include <string>
#include <vector>

unsigned state = 54321;
volatile int sum;

static unsigned next() {
  state = state * 1103515245u + 12345u;
  return state >> 16;
}

extern "C" {
__attribute__((noinline)) void leave(int n) { sum += n; }
__attribute__((noinline)) void tick(int n) {
  leave(n);
  sum++;
}
}

namespace shapes {
struct Walker {
  virtual ~Walker() = default;
  virtual void walk(int depth) = 0;
  void walk(std::string const &name) {
    walk(static_cast<int>(name.size()));
    sum++;
  }
};

template <class T> inline __attribute__((always_inline)) void small(Walker &walker, T depth) {
  if (next() % 5 == 0)
    tick(static_cast<int>(depth));
  else
    walker.walk(static_cast<int>(depth) - 1);
  sum++;
}

template <unsigned Step> struct Stepper : Walker {
  Walker *other = this;
  __attribute__((noinline)) void walk(int depth) override {
    if (depth <= 0)
      tick(depth);
    else
      step(depth);
    sum++;
  }
  __attribute__((noinline)) void step(int depth) {
    switch (next() % 4) {
    case 0:
      small(*other, depth);
      break;
    case 1:
      other->Walker::walk(std::string(depth - 1, 'x'));
      break;
    case 2: {
      std::vector<int> one{depth};
      std::for_each(one.begin(), one.end(), [this](int n) {
        small<long>(*other, n - Step);
        sum++;
      });
      break;
    }
    default: {
      std::function<void(int)> later = [this](int n) {
        other->walk(n - 1);
        sum++;
      };
      later(depth);
    }
    }
    sum--;
  }
};
} // namespace shapes

int main() {
  shapes::Stepper<1> one;
  shapes::Stepper<2> two;
  one.other = &two;
  two.other = &one;
  for (int i = 0; i < 200; i++) {
    one.walk(static_cast<int>(next() % 12));
    sum++;
  }
  return 0;
}
