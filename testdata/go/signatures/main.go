// What the tests of arguments and results trace. Every function is called once for each line that begins with "truth", and says there
// itself what it was called with and what it returned.
package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
	"unsafe"
)

// Where results go, so that calls are made.
var sink any

func truth(name string, values ...any) {
	words := make([]string, len(values))
	for i, value := range values {
		words[i] = fmt.Sprint(value)
	}
	fmt.Printf("truth %s %s\n", name, strings.Join(words, " "))
}

func typeOf(value any) string { return fmt.Sprintf("%T", value) }

//go:noinline
func signed(a int8, b int16, c int32, d int64, e int) int8 { return a - 1 }

//go:noinline
func unsigned(a uint8, b uint16, c uint32, d uint64, e uint, f uintptr) uint16 { return b + 1 }

//go:noinline
func booleans(a, b bool, n int) (bool, bool) { return !a, n > 3 }

//go:noinline
func characters(r rune, b byte) (rune, byte) { return r + 1, b + 1 }

//go:noinline
func named(id ID, name Name, pause time.Duration) (ID, Name) { return id - 1, name + "!" }

//go:noinline
func floats(f float64, n int, g float32, label string) (float64, int) { return f * 2, n + int(g) }

//go:noinline
func complexes(c complex128, n int, d complex64) (int, complex128) { return n + int(real(d)), c }

//go:noinline
func text(s string) string { return s + s }

//go:noinline
func texts(a, b string) (string, error) {
	if len(b) > 3 {
		return a, &Failure{7, "too long"}
	}
	return b, nil
}

//go:noinline
func raw(b []byte) []byte { return b[1:3] }

//go:noinline
func numbers(l []int32, at int) (int32, []int32) { return l[at], l[at:] }

//go:noinline
func words(l []string) (string, []string) { return l[len(l)-1], l[1:] }

//go:noinline
func points(l []Point, p *[]Point) []Point { return append(l, (*p)[0]) }

//go:noinline
func arrays(one [1]int64, three [3]int16, none [0]int, last string) [3]int16 {
	return [3]int16{three[2], three[1], three[0]}
}

//go:noinline
func point(p Point, n int) Point { return Point{p.Y, p.X + int32(n)} }

//go:noinline
func padded(p Padded, n int) (Padded, int) { p.Count++; return p, n }

//go:noinline
func large(l Large, n int) (Large, int) {
	l.Values[1]++
	l.Label += "+"
	return l, n + 1
}

//go:noinline
func request(req *Request) *Request {
	return &Request{Method: "PUT", URL: &URL{Path: req.URL.Path + "/new"}}
}

//go:noinline
func tree(n *Node, pp **Node, s *string) *Node { return n.Left }

//go:noinline
func maps(m map[string]int, n map[int]*Point, e map[string]bool) map[string]int {
	delete(m, "a")
	return m
}

//go:noinline
func channels(c chan int, r <-chan string, s chan<- Point) chan int { return c }

//go:noinline
func functions(f func(int) int, n int) (func(int) int, int) { return f, f(n) }

//go:noinline
func shapes(a, b Shape, n Shape) Shape { return b }

//go:noinline
func failing(n int, e error) error {
	if n > 1 {
		return fmt.Errorf("wrapped: %w", e)
	}
	return nil
}

//go:noinline
func anything(a any, b any, c any, d any) any { return c }

//go:noinline
func variadic(prefix string, rest ...int) int { return len(rest) }

//go:noinline
func variadicAny(format string, args ...any) []any { return args }

//go:noinline
func (r *Request) Do(x int, name string) (status int, err error) {
	if x > 3 {
		return 500, errors.New(name)
	}
	return 200, nil
}

//go:noinline
func (p Point) Shift(by int32) Point { return Point{p.X + by, p.Y + by} }

//go:noinline
func (*Square) Nameless(_ int, s string, _ bool) string { return s[1:] }

//go:noinline
func derived(d Derived, p *Derived) string { return d.Title }

//go:noinline
func Map[T, U any](list []T, f func(T) U, n int) []U {
	out := make([]U, 0, n)
	for _, one := range list {
		out = append(out, f(one))
	}
	return out
}

//go:noinline
func (l *List[T]) Push(item T, n int) int { l.items = append(l.items, item); return len(l.items) + n }

//go:noinline
func pairs(p Pair[string, int], q *Pair[int32, []string]) (Pair[string, int], string) {
	return p, q.Value[0]
}

//go:noinline
func results(n int) (s string, b []byte, m map[int]int, p *Point, err error) {
	return "text", []byte("bytes"), map[int]int{1: 1, n: 2}, &Point{3, 4}, &Failure{n, "failed"}
}

//go:noinline
func manyResults(n int) (a, b, c, d, e, f, g, h, i, j int, s string) {
	return n, n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7, n + 8, n + 9, "last"
}

//go:noinline
func recovers(n int) (s string, err error) {
	defer func() {
		if r := recover(); r != nil {
			s, err = "recovered", errors.New("panic")
		}
	}()
	var list []int
	return "fine", fmt.Errorf("%d", list[n])
}

//go:noinline
func nothing() (s string, e error, l []int) { return }

func addAssembly(a int64, b int32, c int8) (sum int64, small int8)

//go:noinline
func manyIntegers(a, b, c, d, e, f, g, h, i, j, k int, l int8) int { return a + k + int(l) }

//go:noinline
func manyTexts(a, b, c, d, e, f, g string, n int) string { return g }

//go:noinline
func escaping(p Point, s string, n int) *Point { sink = &s; return &p }

//go:noinline
func unused(a int, b string, _ bool, d int8, e error) int { return len(b) }

//go:noinline
func empty(a struct{}, n int, b [0]string, s string) struct{} { return a }

//go:noinline
func pointers(p unsafe.Pointer, u uintptr, b *bool, n *int64) *int64 { return n }

//go:noinline
func moment(t time.Time, m time.Month) time.Month { return m + 1 }

//go:noinline
func deep(r **Request, m map[string]*Node, f func() error) string { return (*r).URL.Path }

//go:noinline
func captures(list []string, limit int, name string) func(int) int {
	total := 0
	return func(n int) int {
		total += n
		if total > limit {
			return len(list)
		}
		return len(name)
	}
}

func inlined(a int, s string) int { return a + len(s) }

func main() {
	truth("signed", -1, -300, -70000, -5000000000, -9)
	truth("signed=", signed(-1, -300, -70000, -5000000000, -9))
	truth("unsigned", 200, 60000, 4000000000, uint64(1)<<63, 9, 0x1234)
	truth("unsigned=", unsigned(200, 60000, 4000000000, 1<<63, 9, 0x1234))
	truth("booleans", 1, 0, 5)
	_, _ = booleans(true, false, 5)
	truth("booleans=", 0, 1)
	truth("characters", 0x20ac, 'x')
	r, b := characters('€', 'x')
	truth("characters=", r, b)
	truth("named", -7, "anna", int64(time.Second))
	id, name := named(-7, "anna", time.Second)
	truth("named=", id, name)
	truth("floats", 42, "label")
	_, n := floats(2.5, 42, 1.5, "label")
	truth("floats=", n)
	truth("complexes", 17)
	n, _ = complexes(complex(1, 2), 17, complex(3, 4))
	truth("complexes=", n)
	truth("text", "hello", 5)
	s := text("hello")
	truth("text=", s, len(s))
	for _, b := range []string{"abc", "abcdef"} {
		truth("texts", "first", b)
		s, err := texts("first", b)
		truth("texts=", s, typeOf(err))
	}
	truth("raw", "bytes", 5, 'y')
	bytes := raw([]byte("bytes"))
	truth("raw=", string(bytes), len(bytes), cap(bytes))
	truth("numbers", 3, -20, -30, 2)
	number, list := numbers([]int32{-10, -20, -30}, 2)
	truth("numbers=", number, len(list), list[0])
	truth("words", 3, "one", "three")
	last, rest := words([]string{"one", "two", "three"})
	truth("words=", last, len(rest), rest[0])
	truth("points", 2, 3, 4, 1, 6)
	route := points([]Point{{1, 2}, {3, 4}}, &[]Point{{5, 6}})
	truth("points=", len(route), route[2].Y)
	truth("arrays", 5, -1, -3, "last", "[5]", "[-1,-2,-3]", "[]")
	a := arrays([1]int64{5}, [3]int16{-1, -2, -3}, [0]int{}, "last")
	truth("arrays=", a[0], a[2], "[-3,-2,-1]")
	truth("point", -3, 4, 10)
	p := point(Point{-3, 4}, 10)
	truth("point=", p.X, p.Y)
	truth("padded", 1, 1000, -5, "label", 8)
	pad, n := padded(Padded{true, 1000, -5, "label"}, 8)
	truth("padded=", 1, pad.Count, pad.Tiny, pad.Label, n)
	truth("large", 10, 40, "large", 3, "next", 99)
	l, n := large(Large{[4]int64{10, 20, 30, 40}, "large", &Large{Values: [4]int64{1, 2, 3}, Label: "next"}, 0.5}, 99)
	truth("large=", l.Values[1], l.Label, l.Next.Label, n)
	req := &Request{"GET", &URL{"http", "/index.html", 8080}, map[string][]string{"A": nil, "B": {"x"}}, Celsius(21), 12, []string{"t0", "t1"}, []Point{{1, 2}}}
	truth("request", req.Method, req.URL.Path, req.URL.Port, len(req.Header), typeOf(req.Body), req.Length, req.Tags[1], req.Route[0].Y)
	truth("request=", "PUT", request(req).URL.Path)
	node := &Node{"root", &Node{Key: "left"}, &Node{"right", nil, &Node{Key: "far"}}}
	truth("tree", "root", "left", "far", 0, "root", "pointed")
	s = "pointed"
	truth("tree=", tree(node, &node, &s).Key)
	truth("maps", 3, 1, 0)
	truth("maps=", len(maps(map[string]int{"a": 1, "b": 2, "c": 3}, map[int]*Point{1: nil}, nil)))
	c := make(chan int, 5)
	c <- 1
	c <- 2
	truth("channels", 2, 5, 0, 0)
	truth("channels=", len(channels(c, make(chan string), nil)))
	truth("functions", "main.double", 21)
	_, n = functions(double, 21)
	truth("functions=", "main.double", n)
	truth("shapes", "*main.Square", "main.Triple", "<nil>", 4)
	truth("shapes=", typeOf(shapes(&Square{4}, Triple{1, 2, 3}, nil)))
	for n := 1; n < 3; n++ {
		cause := errors.New("bad")
		truth("failing", n, typeOf(cause))
		truth("failing=", typeOf(failing(n, cause)))
	}
	truth("anything", "int", "string", "map[string]int", "<nil>")
	truth("anything=", typeOf(anything(5, "x", map[string]int{}, nil)))
	truth("variadic", "prefix", 3, 30)
	truth("variadic=", variadic("prefix", 10, 20, 30))
	truth("variadicAny", "%v", 2, "float64", "main.Point")
	truth("variadicAny=", len(variadicAny("%v", 1.5, Point{1, 2})))
	for x := 3; x < 5; x++ {
		truth("Do", "GET", "/index.html", x, "name", 12)
		status, err := req.Do(x, "name")
		truth("Do=", status, typeOf(err))
	}
	truth("Shift", 1, 2, 10)
	p = Point{1, 2}.Shift(10)
	truth("Shift=", p.X, p.Y)
	truth("Nameless", "text")
	truth("Nameless=", (&Square{2}).Nameless(1, "text", true))
	d := Derived{Base{77, "title"}, &URL{Path: "/derived"}, -2}
	truth("derived", 77, "title", "/derived", -2, 77, "title", -2)
	truth("derived=", derived(d, &d))
	truth("Map", 2, 7)
	truth("Map=", len(Map([]int{4, 5}, func(n int) string { return fmt.Sprint(n) }, 7)))
	truth("Map", 3, 8)
	truth("Map=", len(Map([]string{"a", "b", "c"}, func(s string) int { return len(s) }, 8)))
	truth("Push", 0, 10, "item", 5)
	truth("Push=", (&List[string]{limit: 10}).Push("item", 5))
	truth("pairs", "key", 6, -8, "value")
	pair, value := pairs(Pair[string, int]{"key", 6}, &Pair[int32, []string]{-8, []string{"value"}})
	truth("pairs=", pair.Key, pair.Value, value)
	truth("results", 2)
	s, bytes, m, pp, err := results(2)
	truth("results=", s, string(bytes), len(m), pp.Y, typeOf(err), 2)
	truth("manyResults", 5)
	_, _, _, _, _, _, _, _, i9, i10, tail := manyResults(5)
	truth("manyResults=", 5, i9, i10, tail)
	truth("recovers", 3)
	s, err = recovers(3)
	truth("recovers=", s, typeOf(err))
	truth("nothing")
	_, _, _ = nothing()
	truth("nothing=", "", "<nil>", 0)
	truth("addAssembly", 1000, -20, -3)
	sum, small := addAssembly(1000, -20, -3)
	truth("addAssembly=", sum, small)
	truth("manyIntegers", 1, 9, 10, 11, -12)
	truth("manyIntegers=", manyIntegers(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, -12))
	truth("manyTexts", "a", "d", "e", "g", 8)
	truth("manyTexts=", manyTexts("a", "b", "c", "d", "e", "f", "g", 8))
	truth("escaping", 6, 7, "escapes", 9)
	truth("escaping=", escaping(Point{6, 7}, "escapes", 9).Y)
	truth("unused", 5, "abc", -3, "*main.Failure")
	truth("unused=", unused(5, "abc", true, -3, &Failure{}))
	truth("empty", 4, "behind")
	sink = empty(struct{}{}, 4, [0]string{}, "behind")
	truth("empty=")
	yes, count := true, int64(-44)
	truth("pointers", 0x77, 1, -44)
	truth("pointers=", *pointers(unsafe.Pointer(&yes), 0x77, &yes, &count))
	truth("moment", 3)
	truth("moment=", int(moment(time.Unix(5, 0), time.March)))
	truth("deep", "/index.html", 1)
	truth("deep=", deep(&req, map[string]*Node{"n": node}, nil))
	f := captures([]string{"x", "y"}, 10, "captured")
	truth("captures.func1", 6, "captured", 2, "y", 0)
	truth("captures.func1=", f(6))
	truth("captures.func1", 7, "captured", 2, "y", 6)
	truth("captures.func1=", f(7))
	// So that addresses can still be named.
	time.Sleep(200 * time.Millisecond)
	os.Exit(inlined(len(os.Args), "") - len(os.Args))
}

//go:noinline
func double(n int) int { return n * 2 }
