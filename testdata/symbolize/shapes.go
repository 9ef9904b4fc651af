// Functions of the shapes that matter for entry probes: frames of each size class, none at all, methods, generics.
package main

import "os"

var counter uint64

//go:noinline
func leaf() { counter++ }

//go:noinline
func small(n int) int { return frame128(n) + 1 }

//go:noinline
func frame128(n int) int {
	var a [32]int
	fill(a[:], n)
	return a[n&31]
}

//go:noinline
func frame4096(n int) int {
	var a [600]int
	fill(a[:], n)
	return a[n&511]
}

//go:noinline
func fill(a []int, n int) {
	for i := range a {
		a[i] = i * n
	}
}

type Box struct{ n int }

//go:noinline
func (b *Box) Add(n int) int { b.n += small(n); return b.n }

//go:noinline
func Sum[T int | float64](values []T) (sum T) {
	for _, value := range values {
		sum += value * T(small(1))
	}
	return sum
}

func main() {
	box := &Box{}
	leaf()
	total := box.Add(len(os.Args)) + frame4096(len(os.Args)) + Sum([]int{1, 2}) + int(Sum([]float64{1, 2}))
	if total == -1 {
		panic(total)
	}
}
