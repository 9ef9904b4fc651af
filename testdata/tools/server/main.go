// A server to trace: it does what its clients ask for and keeps its own books, which /truth tells as JSON. Prints the port that it
// listens on; ends when its standard input does.
package main

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
)

// A number that handlers count and /truth tells.
type counter struct{ n int64 }

func (c *counter) add(n int64) { atomic.AddInt64(&c.n, n) }

var counters = map[string]*counter{}

func count(name string) *counter {
	c := &counter{}
	counters[name] = c
	return c
}

var requests = count("requests")

// What /truth adds when it is asked.
var extra []func(map[string]int64)

func truth(w http.ResponseWriter, r *http.Request) {
	told := map[string]int64{}
	for name, c := range counters {
		told[name] = atomic.LoadInt64(&c.n)
	}
	for _, add := range extra {
		add(told)
	}
	json.NewEncoder(w).Encode(told)
}

// The number behind ?n=, or 1.
func number(r *http.Request) int {
	if n, err := strconv.Atoi(r.URL.Query().Get("n")); err == nil {
		return n
	}
	return 1
}

func handle(pattern string, work func(w http.ResponseWriter, r *http.Request)) {
	http.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		requests.add(1)
		work(w, r)
	})
}

func main() {
	http.HandleFunc("/truth", truth)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, nil)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	io.Copy(io.Discard, os.Stdin)
}
