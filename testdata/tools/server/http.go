// Requests that are served quickly and slowly, that fail, and that are made to others.
package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"
)

var slowNs = count("slow_ns")

func init() {
	handle("/hello", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, "hello") })
	handle("/teapot", func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(http.StatusTeapot) })
	handle("/slow", func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		time.Sleep(20 * time.Millisecond)
		slowNs.add(int64(time.Since(start)))
		fmt.Fprintln(w, "slow")
	})
	handle("/outgoing", outgoing)
}

var outgoingOK, outgoingFailed = count("outgoing_ok"), count("outgoing_failed")

// Asks a server of its own n times, and once a port where nobody listens.
func outgoing(w http.ResponseWriter, r *http.Request) {
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { w.WriteHeader(204) }))
	for i := 0; i < number(r); i++ {
		if response, err := http.Get(other.URL + "/item"); err == nil {
			response.Body.Close()
			outgoingOK.add(1)
		}
	}
	url := other.URL
	other.Close()
	if _, err := http.Get(url + "/item"); err != nil {
		outgoingFailed.add(1)
	}
}
