// Command sdkserver serves every feature of the official Go SDK: an
// independent implementation of the protocol for tests to talk to. It serves
// stdio or, with -http ADDR, streamable HTTP; -protocol limits its revisions.
package main

import (
	"context"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"

	"github.com/modelcontextprotocol/go-sdk/mcp"
)

func main() {
	addr := flag.String("http", "", "serve streamable HTTP at this address")
	protocol := flag.String("protocol", "", "speak these revisions only, joined with commas; also: legacy, modern")
	json := flag.Bool("json", false, "answer HTTP requests in JSON rather than with event streams")
	stateless := flag.Bool("stateless", false, "keep no HTTP sessions")
	flag.Parse()

	versions, err := revisions(*protocol)
	if err != nil {
		log.Fatal(err)
	}
	if *addr == "" {
		if err := newServer(versions).Run(context.Background(), &mcp.StdioTransport{}); err != nil {
			log.Fatal(err)
		}
		return
	}
	l, err := net.Listen("tcp", *addr)
	if err != nil {
		log.Fatal(err)
	}
	log.Printf("listening on http://%s/mcp", l.Addr())
	// One server for all clients, so that subscriptions and changed lists reach
	// the streams of requests other than the one that causes them.
	server := newServer(versions)
	log.Fatal(http.Serve(l, mcp.NewStreamableHTTPHandler(func(*http.Request) *mcp.Server { return server },
		&mcp.StreamableHTTPOptions{JSONResponse: *json, Stateless: *stateless, PropagateRequestCancellation: true, MaxRequestBodyBytes: -1})))
}

const modern = "2026-07-28"

func revisions(list string) ([]string, error) {
	var chosen []string
	for _, v := range mcp.SupportedProtocolVersions() {
		if list == "" || list == "legacy" && v < modern || list == "modern" && v >= modern || strings.Contains(","+list+",", ","+v+",") {
			chosen = append(chosen, v)
		}
	}
	if len(chosen) == 0 {
		return nil, fmt.Errorf("-protocol %s: the SDK speaks %s", list, strings.Join(mcp.SupportedProtocolVersions(), ", "))
	}
	return chosen, nil
}

func newServer(versions []string) *mcp.Server {
	s := mcp.NewServer(&mcp.Implementation{Name: "sdkserver", Title: "Test server", Version: "1.0.0"}, &mcp.ServerOptions{
		Instructions:              "call anything",
		SupportedProtocolVersions: versions,
		PageSize:                  10, // so that lists have several pages
		CompletionHandler:         complete,
		SubscribeHandler:          func(context.Context, *mcp.SubscribeRequest) error { return nil },
		UnsubscribeHandler:        func(context.Context, *mcp.UnsubscribeRequest) error { return nil },
	})
	addTools(s)
	addInputTools(s)
	addResources(s)
	addPrompts(s)
	return s
}
