// The target of the first demo: increments a global as fast as it can, in a function that is never inlined.
package main

var counter uint64

//go:noinline
func doWork() { counter++ }

func main() {
	for {
		doWork()
	}
}
