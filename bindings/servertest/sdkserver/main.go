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
	log.Fatal(http.Serve(l, handler(newServer(versions), *json, *stateless)))
}

// handler serves both eras: the SDK speaks 2026-07-28 only without sessions,
// and needs them for all that it asks of the clients of older revisions. There
// is one server for all, so that changes reach the streams of every client.
func handler(s *mcp.Server, json, stateless bool) http.Handler {
	of := func(*http.Request) *mcp.Server { return s }
	sessions := mcp.NewStreamableHTTPHandler(of, &mcp.StreamableHTTPOptions{JSONResponse: json, MaxRequestBodyBytes: -1})
	none := mcp.NewStreamableHTTPHandler(of, &mcp.StreamableHTTPOptions{
		JSONResponse: json, MaxRequestBodyBytes: -1, Stateless: true, PropagateRequestCancellation: true,
	})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if stateless || r.Header.Get("Mcp-Protocol-Version") >= modern {
			none.ServeHTTP(w, r)
			return
		}
		sessions.ServeHTTP(w, r)
	})
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
