// Calls inlined into one another, in pieces of code that lie apart, over classes, templates and lambdas.
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <vector>

namespace shapes {

struct Circle {
  double radius;
  inline __attribute__((always_inline)) double square() const { return radius * radius; }
  inline __attribute__((always_inline)) double area() const {
    return 3.14159 *
        square();
  }
};

template <typename T>
inline __attribute__((always_inline)) T sum(const std::vector<T> &all) {
  T total{};
  for (const T &one : all) total += one;
  return total;
}

__attribute__((noinline)) double outer(const std::vector<double> &radii) {
  std::vector<double> areas;
  for (double radius : radii) {
    if (radius < 0)
      throw std::invalid_argument("negative");
    areas.push_back(Circle{radius}.area());
  }
  return sum(areas);
}

__attribute__((noinline)) long apply(long n) {
  auto twice = [n](long by) { return by * 2 + n; };
  long total = 0;
  for (long i = 0; i < n; i++) total += twice(i) ^ twice(total);
  return total;
}

}  // namespace shapes

int main(int argc, char **argv) {
  std::vector<double> radii;
  for (int i = 0; i < 10 + argc; i++) radii.push_back(i * 0.5);
  std::printf("%f %ld\n", shapes::outer(radii), shapes::apply(atol(argc > 1 ? argv[1] : "9")));
}
