// Goclient is the program that scripts are measured against: a plain Go client
// on mcp-go. It does one case of the benchmark, as bindings/benchmark/programs
// do it in other languages, and prints how many seconds the measured part took.
//
//	goclient CASE N REVISION SERVER
//
// SERVER is the path of a server's binary, or the URL of one.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/mark3labs/mcp-go/client"
	"github.com/mark3labs/mcp-go/client/transport"
	"github.com/mark3labs/mcp-go/mcp"
)

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "usage: goclient CASE N REVISION SERVER")
		os.Exit(2)
	}
	n, err := strconv.Atoi(os.Args[2])
	if err == nil {
		err = run(context.Background(), os.Args[1], n, os.Args[3], os.Args[4])
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "goclient:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, name string, n int, revision, server string) error {
	if name == "cpu" {
		begin := time.Now()
		result := work(n)
		fmt.Println(time.Since(begin).Seconds(), result)
		return nil
	}
	if name == "servers" {
		begin := time.Now()
		if err := parallel(n, n, func() error {
			c, err := connect(ctx, revision, server)
			if err != nil {
				return err
			}
			defer c.Close()
			_, err = call(ctx, c, "echo", map[string]any{"message": "hello"}, nil)
			return err
		}); err != nil {
			return err
		}
		fmt.Println(time.Since(begin).Seconds())
		return nil
	}
	c, err := connect(ctx, revision, server)
	if err != nil {
		return err
	}
	defer c.Close()
	if name == "cold" {
		if _, err := c.ListTools(ctx, mcp.ListToolsRequest{}); err != nil {
			return err
		}
	}
	if _, err := call(ctx, c, "echo", map[string]any{"message": "hello"}, nil); err != nil {
		return err
	}
	begin := time.Now()
	if err := measured(ctx, c, name, n); err != nil {
		return err
	}
	fmt.Println(time.Since(begin).Seconds())
	return nil
}

func connect(ctx context.Context, revision, server string) (*client.Client, error) {
	var wire transport.Interface = transport.NewStdio(server, nil)
	if strings.HasPrefix(server, "http") {
		var err error
		if wire, err = transport.NewStreamableHTTP(server); err != nil {
			return nil, err
		}
	}
	c := client.NewClient(wire, client.WithProtocolVersion(revision))
	if err := c.Start(ctx); err != nil {
		return nil, err
	}
	var init mcp.InitializeRequest
	init.Params.ProtocolVersion = revision
	init.Params.ClientInfo = mcp.Implementation{Name: "goclient", Version: "1"}
	_, err := c.Initialize(ctx, init)
	return c, err
}

func call(ctx context.Context, c *client.Client, tool string, args map[string]any, token any) (*mcp.CallToolResult, error) {
	var r mcp.CallToolRequest
	r.Params.Name, r.Params.Arguments = tool, args
	if token != nil {
		r.Params.Meta = &mcp.Meta{ProgressToken: token}
	}
	return c.CallTool(ctx, r)
}

func measured(ctx context.Context, c *client.Client, name string, n int) error {
	bytes := func(size int) func() error {
		return func() error {
			r, err := call(ctx, c, "bytes", map[string]any{"n": size}, nil)
			if err != nil {
				return err
			}
			if len(r.Content[0].(mcp.TextContent).Text) != size {
				return errors.New("wrong size")
			}
			return nil
		}
	}
	switch name {
	case "cold":
		return nil
	case "calls":
		return parallel(1, n, bytes(100))
	case "calls64":
		return parallel(64, n, bytes(100))
	case "calls1000":
		return parallel(1000, n, bytes(100))
	case "burst":
		return parallel(n, n, bytes(100))
	case "10k":
		return parallel(1, n, bytes(10_000))
	case "1m":
		return parallel(1, n, func() error {
			r, err := call(ctx, c, "records", map[string]any{"n": 10_000}, nil)
			if err != nil {
				return err
			}
			sum := 0.0
			for _, record := range r.StructuredContent.(map[string]any)["records"].([]any) {
				sum += record.(map[string]any)["id"].(float64)
			}
			if sum != 49_995_000 {
				return errors.New("wrong sum")
			}
			return nil
		})
	case "sum":
		return parallel(1, n, func() error {
			_, err := call(ctx, c, "get-sum", map[string]any{"a": 1, "b": 2}, nil)
			return err
		})
	case "progress":
		var seen atomic.Int64
		c.OnNotification(func(m mcp.JSONRPCNotification) {
			if m.Method == "notifications/progress" {
				seen.Add(1)
			}
		})
		calls := 0
		err := parallel(1, n, func() error {
			calls++
			_, err := call(ctx, c, "progress", map[string]any{"n": 100}, calls)
			return err
		})
		if err == nil && seen.Load() != int64(100*n) {
			err = fmt.Errorf("%d of %d notifications", seen.Load(), 100*n)
		}
		return err
	}
	return fmt.Errorf("no case %q", name)
}

// parallel does n times what do does, at most width at once.
func parallel(width, n int, do func() error) error {
	var left atomic.Int64
	left.Store(int64(n))
	errs := make([]error, width)
	var wait sync.WaitGroup
	for w := range width {
		wait.Go(func() {
			for left.Add(-1) >= 0 && errs[w] == nil {
				errs[w] = do()
			}
		})
	}
	wait.Wait()
	return errors.Join(errs...)
}

// work is the case that is all computing: a sieve, sorting, and words counted.
func work(n int) int {
	composite := make([]bool, n+1)
	primes := []int{}
	for i := 2; i <= n; i++ {
		if composite[i] {
			continue
		}
		primes = append(primes, i)
		for j := i * i; j <= n; j += i {
			composite[j] = true
		}
	}
	seed := uint32(1)
	numbers := make([]int, n/4)
	for i := range numbers {
		seed = seed*1664525 + 1013904223
		numbers[i] = int(seed >> 8)
	}
	slices.Sort(numbers)
	counts := map[string]int{}
	for i := range n / 4 {
		counts["word"+strconv.Itoa(numbers[i]%1000)]++
	}
	return len(primes) + len(counts) + numbers[0]
}
