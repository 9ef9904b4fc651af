// As walk.c, with what Go has: methods, interfaces, closures, generics, goroutines. Prints every stack by its own runtime.
package main

import (
	"fmt"
	"runtime"
	"sort"
)

var state uint32 = 4242
var sum int

func next() uint32 {
	state = state*1103515245 + 12345
	return state >> 16
}

//go:noinline
func tick(n int) {
	pcs := make([]uintptr, 100)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs)])
	for {
		frame, more := frames.Next()
		fmt.Printf("%s@%s:%d\n", frame.Function, frame.File, frame.Line)
		if !more {
			break
		}
	}
	fmt.Println()
}

type walker interface{ walk(depth int) }
type left struct{ other walker }
type right struct{ other walker }

func small(w walker, depth int) {
	if next()%5 == 0 {
		tick(depth)
	} else {
		w.walk(depth - 1)
	}
	sum++
}

//go:noinline
func generic[T any](w walker, depth int, value T) {
	small(w, depth)
	sum++
}

//go:noinline
func (l *left) walk(depth int) {
	if depth <= 0 {
		tick(depth)
		return
	}
	switch next() % 3 {
	case 0:
		small(l.other, depth)
	case 1:
		generic(l.other, depth, "text")
	default:
		func() { l.other.walk(depth - 1); sum++ }()
	}
	sum++
}

//go:noinline
func (r right) walk(depth int) {
	if depth <= 0 {
		tick(depth)
		return
	}
	switch next() % 3 {
	case 0:
		once := false
		sort.Slice([]int{2, 1}, func(a, b int) bool {
			if !once {
				once = true
				r.other.walk(depth - 1)
				sum++
			}
			return a < b
		})
	case 1:
		generic(r.other, depth, depth)
	default:
		done := make(chan bool)
		go func() { small(r.other, depth-1); done <- true }()
		<-done
	}
	sum++
}

func main() {
	one := &left{}
	two := &right{one}
	one.other = two
	for i := 0; i < 200; i++ {
		one.walk(int(next() % 12))
		sum++
	}
}
