package main

import "fmt"

type ID int32
type Name string
type Point struct{ X, Y int32 }
type Padded struct {
	Flag  bool
	Count int64
	Tiny  int8
	Label string
}
type URL struct {
	Scheme, Path string
	Port         uint16
}
type Request struct {
	Method string
	URL    *URL
	Header map[string][]string
	Body   fmt.Stringer
	Length int64
	Tags   []string
	Route  []Point
}
type Large struct {
	Values [4]int64
	Label  string
	Next   *Large
	Ratio  float64
}
type Node struct {
	Key         string
	Left, Right *Node
}
type Base struct {
	Serial uint64
	Title  string
}
type Derived struct {
	Base
	*URL
	Extra int16
}
type Shape interface{ Area() int }
type Square struct{ Side int }
type Triple struct{ A, B, C int }

func (s *Square) Area() int { return s.Side * s.Side }
func (t Triple) Area() int  { return t.A + t.B + t.C }

type Celsius int

func (c Celsius) String() string { return fmt.Sprint(int(c)) }

type Failure struct {
	Code int
	Text string
}

func (f *Failure) Error() string { return f.Text }

type Pair[K comparable, V any] struct {
	Key   K
	Value V
}
type List[T any] struct {
	items []T
	limit int
}
