// Command s3 is a server of S3's API that keeps all in memory: a shared backend for the tests. It prints its address, and ends with its standard input.
//
// Usage: s3 BUCKET
package main

import (
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
)

func main() {
	backend := s3mem.New()
	for _, bucket := range os.Args[1:] {
		if err := backend.CreateBucket(bucket); err != nil {
			log.Fatalf("making the bucket %s: %v", bucket, err)
		}
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatalf("listening: %v", err)
	}
	fmt.Println(listener.Addr())
	go func() { log.Fatal(http.Serve(listener, gofakes3.New(backend).Server())) }()
	_, _ = io.Copy(io.Discard, os.Stdin)
}
