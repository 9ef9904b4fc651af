// A gRPC server and its client in one program: /call?n=3 makes three calls of each method, /truth tells how many were answered. The
// service is described by hand, so that no generated code is needed; built against Debian's google.golang.org/grpc.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/golang/protobuf/ptypes/wrappers"
	"google.golang.org/grpc"
)

var greeted, refused int64

func method(name string, work func(in string) (string, error)) grpc.MethodDesc {
	handler := func(_ interface{}, ctx context.Context, decode func(interface{}) error, _ grpc.UnaryServerInterceptor) (interface{}, error) {
		in := &wrappers.StringValue{}
		if err := decode(in); err != nil {
			return nil, err
		}
		out, err := work(in.Value)
		return &wrappers.StringValue{Value: out}, err
	}
	return grpc.MethodDesc{MethodName: name, Handler: handler}
}

func serve() string {
	server := grpc.NewServer()
	server.RegisterService(&grpc.ServiceDesc{ServiceName: "greeter.Greeter", HandlerType: (*interface{})(nil), Methods: []grpc.MethodDesc{
		method("Greet", func(in string) (string, error) {
			atomic.AddInt64(&greeted, 1)
			time.Sleep(5 * time.Millisecond)
			return "hello " + in, nil
		}),
		method("Refuse", func(in string) (string, error) {
			atomic.AddInt64(&refused, 1)
			return "", errors.New("no")
		}),
	}}, struct{}{})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go server.Serve(listener)
	return listener.Addr().String()
}

func main() {
	client, err := grpc.Dial(serve(), grpc.WithInsecure())
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/call", func(w http.ResponseWriter, r *http.Request) {
		n, _ := strconv.Atoi(r.URL.Query().Get("n"))
		for i := 0; i < n; i++ {
			for _, name := range []string{"Greet", "Refuse"} {
				client.Invoke(r.Context(), "/greeter.Greeter/"+name, &wrappers.StringValue{Value: "you"}, &wrappers.StringValue{})
			}
		}
	})
	http.HandleFunc("/truth", func(w http.ResponseWriter, r *http.Request) {
		json.NewEncoder(w).Encode(map[string]int64{"greeted": atomic.LoadInt64(&greeted), "refused": atomic.LoadInt64(&refused)})
	})
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	go http.Serve(listener, nil)
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	io.Copy(io.Discard, os.Stdin)
}
