// Calls one function 5050 times on stacks that must grow: 50 goroutines, 101 frames each.
package main

//go:noinline
func grow(n int) int {
	var a [40]int
	for i := range a {
		a[i] = n + i
	}
	if n == 0 {
		return a[3]
	}
	return grow(n-1) + a[n%40]
}

func main() {
	done := make(chan int)
	for g := 0; g < 50; g++ {
		go func() { done <- grow(100) }()
	}
	for g := 0; g < 50; g++ {
		<-done
	}
}
