// Calls that are hard to follow: recursion on stacks that grow, goroutines that change threads, a collector that runs all the
// time, panics that are recovered. Counts its calls itself and prints the counts when it ends. Arguments: goroutines, rounds
// of each, depth.
package main

import (
	"bytes"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

var recursions, blocks, guards, selections int64

//go:noinline
func recurse(n int) int {
	atomic.AddInt64(&recursions, 1)
	var a [20]int
	for i := range a {
		a[i] = n + i
	}
	if n%37 == 0 {
		runtime.Gosched()
	}
	if n == 0 {
		time.Sleep(100 * time.Microsecond)
		return a[3]
	}
	return recurse(n-1) + a[n%20]
}

//go:noinline
func block(ch chan int, id int) int {
	atomic.AddInt64(&blocks, 1)
	ch <- id
	return id
}

//go:noinline
func guard(n int) (result int) {
	atomic.AddInt64(&guards, 1)
	defer func() {
		if recover() != nil {
			result = -1
		}
	}()
	if n%3 == 0 {
		panic("a panic that is recovered")
	}
	return n
}

//go:noinline
func choose(n int) int {
	atomic.AddInt64(&selections, 1)
	switch n {
	case 0:
		return 10
	case 1:
		return 12
	case 2:
		return 7
	case 3:
		return 99
	case 4:
		return 3
	case 5:
		return 44
	case 6:
		return 5
	case 7:
		return 70
	}
	return -5
}

// id is the number that the runtime prints for the current goroutine.
func id() int {
	text := make([]byte, 64)
	fields := bytes.Fields(text[:runtime.Stack(text, false)])
	n, _ := strconv.Atoi(string(fields[1]))
	return n
}

func argument(index int) int {
	n, _ := strconv.Atoi(os.Args[index])
	return n
}

func main() {
	goroutines, rounds, depth := argument(1), argument(2), argument(3)
	ch := make(chan int)
	go func() {
		for {
			runtime.GC()
			time.Sleep(time.Millisecond)
		}
	}()
	go func() {
		for range ch {
		}
	}()
	var wait sync.WaitGroup
	for g := 0; g < goroutines; g++ {
		wait.Add(1)
		go func() {
			defer wait.Done()
			own := id()
			for k := 0; k < rounds; k++ {
				recurse(depth)
				block(ch, own)
				guard(k)
				choose(k % 9)
			}
		}()
	}
	wait.Wait()
	fmt.Fprintln(os.Stderr, recursions, blocks, guards, selections)
}
