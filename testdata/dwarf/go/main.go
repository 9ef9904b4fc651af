package main

import (
	"errors"
	"fmt"
	"os"
	"strconv"
)

type P struct {
	A int
	S string
	F float64
}
type Small struct{ X, Y int32 }
type URL struct{ Scheme, Path string }
type Request struct {
	Method string
	URL    *URL
	Header map[string][]string
	Len    int64
}
type Map[K comparable, V any] struct{ inner map[K]V }

//go:noinline
func ints(a, b, c, d, e, f, g, h, i, j int) int { return a + j }

//go:noinline
func strs(s string, b []byte, e error, m map[string]int, ch chan int, f func(int) int) int {
	return len(s) + len(b) + len(m) + f(3)
}

//go:noinline
func structs(p P, s Small, arr [2]int64, one [1]int64, last int) int { return p.A + int(s.X) + last }

//go:noinline
func (r *Request) Do(x int, name string) error {
	if x > 1000 {
		return errors.New(name)
	}
	return nil
}

//go:noinline
func (m *Map[K, V]) Get(k K, def V) V {
	if v, ok := m.inner[k]; ok {
		return v
	}
	return def
}

//go:noinline
func unused(a int, b string, c bool, d int8) int { return len(b) }

//go:noinline
func generic[T any](list []T, n int) T { return list[n] }

func main() {
	n := 1
	if len(os.Args) > 1 {
		n, _ = strconv.Atoi(os.Args[1])
	}
	total := 0
	for i := 0; i < n; i++ {
		total += ints(i, 2, 3, 4, 5, 6, 7, 8, 9, 10)
		total += strs("hello", []byte("bytes"), errors.New("bad"), map[string]int{"a": 1, "b": 2}, make(chan int, 3), func(v int) int { return v })
		total += structs(P{7, "seven", 2.5}, Small{-3, 4}, [2]int64{1, 2}, [1]int64{5}, 99)
		r := &Request{Method: "GET", URL: &URL{"http", "/index.html"}, Header: map[string][]string{"A": nil}, Len: int64(i)}
		_ = r.Do(i, "name")
		m := &Map[string, int]{map[string]int{"k": 5}}
		total += m.Get("k", 1)
		total += unused(5, "abc", true, -3)
		total += generic([]int{1, 2, 3}, 1)
	}
	fmt.Println(total)
}
