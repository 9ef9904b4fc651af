// The counter with an atomic add: its first instruction may carry a LOCK prefix, which the kernel cannot probe.
package main

import "sync/atomic"

var counter uint64

//go:noinline
func doWork() { atomic.AddUint64(&counter, 1) }

func main() {
	for {
		doWork()
	}
}
