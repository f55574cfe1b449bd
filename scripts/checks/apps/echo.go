// The same in Go, whose server says nothing of the idle time after which it ends a connection.
package main

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"
)

func main() {
	ledger, err := os.OpenFile(os.Getenv("LEDGER"), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		panic(err)
	}
	idle, err := strconv.Atoi(os.Getenv("IDLE_MS"))
	if err != nil {
		panic(err)
	}
	echo := func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		line := fmt.Sprintf("%s %s %s", req.Method, req.URL.Path, body)
		fmt.Fprintln(ledger, line)
		fmt.Fprint(w, line)
	}
	server := http.Server{
		Addr:        "127.0.0.1:" + os.Getenv("PORT"),
		Handler:     http.HandlerFunc(echo),
		IdleTimeout: time.Duration(idle) * time.Millisecond,
	}
	panic(server.ListenAndServe())
}
