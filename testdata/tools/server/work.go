// What a runtime is kept busy with: collections, locks, channels, goroutines, panics, files and programs.
package main

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"runtime"
	"sync"
	"time"
)

var (
	collections   = count("collections")
	held          = count("held_ns")
	waited        = count("waited_ns")
	panics        = count("panics")
	opened        = count("opened")
	started       = count("started")
	cancelled     = count("cancelled")
	leaked        = count("leaked")
	blocked       = count("blocked")
	neverAnswered = make(chan int)
)

func init() {
	handle("/gc", collect)
	handle("/mutex", contend)
	handle("/panic", panicking)
	handle("/files", files)
	handle("/cancel", cancel)
	handle("/leak", leak)
	handle("/channel", channel)
	extra = append(extra, func(told map[string]int64) {
		var stats runtime.MemStats
		runtime.ReadMemStats(&stats)
		told["gc"] = int64(stats.NumGC)
		told["gc_pause_ns"] = int64(stats.PauseTotalNs)
		told["goroutines"] = int64(runtime.NumGoroutine())
	})
}

func collect(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < number(r); i++ {
		runtime.GC()
		collections.add(1)
	}
}

var lock sync.Mutex

//go:noinline
func holdLock() {
	start := time.Now()
	lock.Lock()
	waited.add(int64(time.Since(start)))
	start = time.Now()
	time.Sleep(3 * time.Millisecond)
	held.add(int64(time.Since(start)))
	lock.Unlock()
}

// Goroutines that all want one lock for 3 ms each.
func contend(w http.ResponseWriter, r *http.Request) {
	var all sync.WaitGroup
	for i := 0; i < number(r); i++ {
		all.Add(1)
		go func() {
			defer all.Done()
			holdLock()
		}()
	}
	all.Wait()
}

//go:noinline
func fail(kind int) {
	panics.add(1)
	if kind%2 == 0 {
		panic(fmt.Sprintf("kind %d", kind))
	}
	var missing *http.Request
	fmt.Println(missing.Method)
}

func recovering(kind int) {
	defer func() { recover() }()
	fail(kind)
}

func panicking(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < number(r); i++ {
		recovering(i)
	}
}

func files(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < number(r); i++ {
		opened.add(2)
		if file, err := os.Open("/dev/null"); err == nil {
			file.Close()
		}
		os.Open("/nonexistent/file")
		if exec.Command("/bin/true").Run() == nil {
			started.add(1)
		}
	}
}

// Half of the contexts are cancelled by hand, half by their deadline.
func cancel(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < number(r); i++ {
		_, stop := context.WithCancel(context.Background())
		stop()
		late, stop := context.WithTimeout(context.Background(), time.Millisecond)
		<-late.Done()
		stop()
		cancelled.add(2)
	}
}

func waitForEver() { <-neverAnswered }

func leak(w http.ResponseWriter, r *http.Request) {
	for i := 0; i < number(r); i++ {
		go waitForEver()
		leaked.add(1)
	}
}

// A sender that is 2 ms faster than its receiver.
func channel(w http.ResponseWriter, r *http.Request) {
	pipe := make(chan int)
	go func() {
		for range pipe {
			time.Sleep(2 * time.Millisecond)
		}
	}()
	for i := 0; i < number(r); i++ {
		start := time.Now()
		pipe <- i
		blocked.add(int64(time.Since(start)))
	}
	close(pipe)
}
