// Command benchmark measures mcpjs against programs that do the same on other
// clients: a Go program on mcp-go, the TypeScript SDKs v1 and v2 on node, v2 on
// bun, and FastMCP's client. The server is the same small one for all of them,
// and costs next to nothing. It prints a table in Markdown.
//
//	go run ./bindings/benchmark [-rounds N] [-case REGEXP] [-against LIST] [-scale X]
//
// In each round every program does the case once, in turn; a ratio is the median
// of the rounds' ratios. What has to be installed lands in .cache.
package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A program is one of those that are compared, with a weight: how many times
// the case's calls it is asked for.
type program struct {
	name    string
	command []string
	weight  float64
	newest  string // the newest revision it speaks
}

// A benchCase is one thing that is measured. Where n is the number of calls, the
// figure is calls a second; else it is the time of the whole.
type benchCase struct {
	title    string
	name     string // as the programs call it
	n        int
	revision string
	server   string // "stdio", "http", "everything" or ""
	figure   figure
}

// cold is the case of a cold start as one would write it: a file with all cases
// is no short script.
const cold = `const client = await mcp.connect([%q], { protocolVersion: %q });
const tools = await client.listTools();
console.log(tools.length, (await client.callTool("echo", { message: "hello" })).text);
`

type figure int

const (
	calls   figure = iota // a second, by the program's own clock
	seconds               // by the program's own clock
	process               // seconds from its start to its end
	cpu                   // seconds of its processor time for each call
	memory                // most that it held, in MB
)

const legacy, current = "2025-11-25", "2026-07-28"

func cases() []benchCase {
	list := []benchCase{}
	add := func(title, name string, n int, server string, f figure, revisions ...string) {
		for _, r := range revisions {
			list = append(list, benchCase{title + ", " + r, name, n, r, server, f})
		}
	}
	add("cold start: connect, list, one call", "cold", 1, "stdio", process, current, legacy)
	add("memory of that", "cold", 1, "stdio", memory, current)
	for _, server := range []string{"stdio", "http"} {
		n := map[string]int{"stdio": 20_000, "http": 5_000}[server]
		add("calls of 100 B, "+server, "calls", n, server, calls, current, legacy)
		add("64 at a time, "+server, "calls64", n, server, calls, current, legacy)
	}
	add("1,000 at a time, stdio", "calls1000", 20_000, "stdio", calls, current)
	add("20,000 at once, stdio", "burst", 20_000, "stdio", calls, current, legacy)
	add("results of 10 KB, stdio", "10k", 5_000, "stdio", calls, current)
	add("results of 1 MB, stdio", "1m", 40, "stdio", calls, current)
	add("processor time for 1 MB", "1m", 40, "stdio", cpu, current)
	add("100 notifications a call, stdio", "progress", 500, "stdio", calls, current)
	add("100 servers at once", "servers", 100, "stdio", seconds, current)
	add("server-everything, get-sum", "sum", 1_000, "everything", calls, legacy)
	list = append(list, benchCase{"computing, no server", "cpu", 1_000_000, "", "", seconds})
	return list
}

func main() {
	rounds := flag.Int("rounds", 5, "`number` of times each program does each case")
	only := flag.String("case", "", "only cases whose title matches this `regexp`")
	against := flag.String("against", "", "only these programs, with commas between them: mcp-go, sdk1, sdk2, bun, fastmcp")
	ours := flag.String("mcpjs", "", "`binary` to measure; by default one is built")
	scale := flag.Float64("scale", 1, "`factor` for the number of calls")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *rounds, *scale, *only, *against, *ours); err != nil {
		fmt.Fprintln(os.Stderr, "benchmark:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, rounds int, scale float64, only, against, ours string) error {
	match, err := regexp.Compile(only)
	if err != nil {
		return err
	}
	todo := slices.DeleteFunc(cases(), func(c benchCase) bool { return !match.MatchString(c.title) })
	b := &bench{ctx: ctx, dir: filepath.Join(".cache", "benchmark"), scale: scale}
	everything := slices.ContainsFunc(todo, func(c benchCase) bool { return c.server == "everything" })
	if err := b.prepare(against, ours, everything); err != nil {
		return err
	}
	defer b.close()
	heads := []string{"| case | mcpjs |", "| --- | ---: |"}
	for _, p := range b.programs[1:] {
		heads[0] += " " + p.name + " |"
		heads[1] += " ---: |"
	}
	fmt.Fprintln(out, strings.Join(heads, "\n"))
	for _, c := range todo {
		row, err := b.row(c, rounds)
		if err != nil {
			return fmt.Errorf("%s: %w", c.title, err)
		}
		fmt.Fprintln(out, row)
	}
	return nil
}

type bench struct {
	ctx        context.Context
	dir        string
	programs   []program // mcpjs first
	scale      float64
	stdio      string
	everything string
	http       string
	server     *exec.Cmd
}

// prepare builds and installs what is compared.
func (b *bench) prepare(against, ours string, everything bool) error {
	if _, err := os.Stat("bindings/benchmark/main.go"); err != nil {
		return errors.New("run this in the project's folder: go run ./bindings/benchmark")
	}
	dir, err := filepath.Abs(b.dir)
	if err != nil {
		return err
	}
	b.dir = dir
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	build := func(name, pkg string) (string, error) {
		out := filepath.Join(dir, name)
		return out, b.sh("go", "build", "-trimpath", "-ldflags=-s -w", "-o", out, pkg)
	}
	os.Setenv("CGO_ENABLED", "0")
	if ours == "" {
		if ours, err = build("mcpjs", "."); err != nil {
			return err
		}
	}
	golang, err := build("goclient", "./bindings/servertest/goclient")
	if err != nil {
		return err
	}
	if b.stdio, err = build("fastserver", "./bindings/servertest/fastserver"); err != nil {
		return err
	}
	sources, err := filepath.Abs("bindings/benchmark/programs")
	if err != nil {
		return err
	}
	files, err := filepath.Glob(filepath.Join(sources, "*"))
	if err != nil {
		return err
	}
	if err := b.sh("cp", append(files, dir)...); err != nil {
		return err
	}
	file := func(name string) string { return filepath.Join(dir, name) }
	python := filepath.Join(".cache", "servers", "fastmcp", "bin", "python")
	known := []program{
		{"mcp-go", []string{golang}, 1, current},
		{"sdk1", []string{"node", file("sdk1.mjs")}, 0.5, legacy},
		{"sdk2", []string{"node", file("sdk2.mjs")}, 0.5, current},
		{"bun", []string{file("node_modules/.bin/bun"), file("sdk2.mjs")}, 0.5, current},
		{"fastmcp", []string{python, file("fastmcp_client.py")}, 0.05, current},
	}
	b.programs = []program{{"mcpjs", []string{ours, file("mcpjs.js")}, 1, current}}
	for _, p := range known {
		if against == "" || slices.Contains(strings.Split(against, ","), p.name) {
			b.programs = append(b.programs, p)
		}
	}
	if slices.ContainsFunc(b.programs, func(p program) bool { return strings.HasSuffix(p.command[len(p.command)-1], ".mjs") }) {
		if _, err := os.Stat(file("node_modules")); err != nil {
			if err := b.shIn(dir, "npm", "ci", "--no-audit", "--no-fund", "--loglevel=error"); err != nil {
				return err
			}
		}
	}
	if everything || against == "" || strings.Contains(against, "fastmcp") {
		if err := b.sh("bash", ".ci/servers"); err != nil {
			return err
		}
	}
	b.everything = filepath.Join(".cache", "servers", "npm", "node_modules", ".bin", "mcp-server-everything")
	return b.listen()
}

func (b *bench) sh(name string, args ...string) error { return b.shIn("", name, args...) }

func (b *bench) shIn(dir, name string, args ...string) error {
	c := exec.CommandContext(b.ctx, name, args...)
	c.Dir = dir
	c.Stdout, c.Stderr = os.Stderr, os.Stderr
	if err := c.Run(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// listen starts the server of the HTTP cases.
func (b *bench) listen() error {
	b.server = exec.CommandContext(b.ctx, b.stdio, "-http", "127.0.0.1:0")
	stderr, err := b.server.StderrPipe()
	if err != nil {
		return err
	}
	if err := b.server.Start(); err != nil {
		return err
	}
	line, err := bufio.NewReader(stderr).ReadString('\n')
	if err != nil {
		return err
	}
	_, b.http, _ = strings.Cut(strings.TrimSpace(line), "listening on ")
	return nil
}

func (b *bench) close() {
	_ = b.server.Process.Kill()
	_ = b.server.Wait()
}

// row measures a case and gives a line of the table.
func (b *bench) row(c benchCase, rounds int) (string, error) {
	figures := make([][]float64, len(b.programs))
	notes := make([]string, len(b.programs))
	for round := range rounds {
		for i := range b.programs {
			i = (i + round) % len(b.programs)
			p := b.programs[i]
			if c.revision > p.newest {
				notes[i] = "–"
				continue
			}
			f, note, err := b.measure(p, c)
			if err != nil {
				if i == 0 || b.ctx.Err() != nil {
					return "", fmt.Errorf("%s: %w", p.name, err)
				}
				fmt.Fprintf(os.Stderr, "%s: %s: %v\n", c.title, p.name, err)
				notes[i] = "fails"
				continue
			}
			figures[i] = append(figures[i], f)
			notes[i] = note
		}
	}
	row := "| " + c.title + " | " + c.figure.show(median(figures[0])) + " |"
	for i := range b.programs[1:] {
		theirs := figures[i+1]
		if len(theirs) != rounds {
			row += " " + notes[i+1] + " |"
			continue
		}
		ratios := make([]float64, rounds)
		for r := range ratios {
			ratios[r] = figures[0][r] / theirs[r]
		}
		row += fmt.Sprintf(" %s × (%s)%s |", digits(median(ratios)), c.figure.show(median(theirs)), notes[i+1])
	}
	return row, nil
}

// measure lets a program do a case once. The note says what it got wrong.
func (b *bench) measure(p program, c benchCase) (float64, string, error) {
	server := map[string]string{"stdio": b.stdio, "http": b.http, "everything": b.everything, "": "-"}[c.server]
	n := c.n
	if (c.figure == calls || c.figure == cpu) && c.name != "burst" {
		n = max(1, int(float64(n)*p.weight))
	}
	if n > 1 {
		n = max(1, int(float64(n)*b.scale))
	}
	ctx, cancel := context.WithTimeout(b.ctx, 5*time.Minute)
	defer cancel()
	args := slices.Clone(p.command[1:])
	if c.name == "cold" && p.name == "mcpjs" {
		file := filepath.Join(b.dir, "cold.js")
		if err := os.WriteFile(file, fmt.Appendf(nil, cold, server, c.revision), 0o644); err != nil {
			return 0, "", err
		}
		args = []string{file}
	}
	cmd := exec.CommandContext(ctx, p.command[0], append(args, c.name, strconv.Itoa(n), c.revision, server)...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	begin := time.Now()
	err := cmd.Run()
	whole := time.Since(begin).Seconds()
	if err != nil {
		return 0, "", fmt.Errorf("%w\n%s", err, tail(errs.String()))
	}
	words := strings.Fields(out.String())
	if len(words) == 0 {
		return 0, "", errors.New("it printed nothing")
	}
	took, err := strconv.ParseFloat(words[0], 64)
	if err != nil {
		return 0, "", err
	}
	note := ""
	if c.name == "progress" && len(words) > 1 && words[1] != "100" && words[1] != "100.0" {
		note = " (shows " + words[1] + " of 100)"
	}
	switch c.figure {
	case calls:
		return float64(n) / took, note, nil
	case process:
		return whole, note, nil
	case cpu:
		return (cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()).Seconds() / float64(n), note, nil
	case memory:
		return peak(cmd.ProcessState), note, nil
	}
	return took, note, nil
}

func (f figure) show(v float64) string {
	switch f {
	case calls:
		return digits(v) + "/s"
	case memory:
		return digits(v) + " MB"
	}
	return digits(v*1000) + " ms"
}

// digits writes three digits that count.
func digits(v float64) string {
	switch {
	case v >= 100:
		return strconv.FormatFloat(v, 'f', 0, 64)
	case v >= 10:
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return strconv.FormatFloat(v, 'f', 2, 64)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	if len(v) == 0 {
		return 0
	}
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

func tail(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return strings.Join(lines[max(0, len(lines)-5):], "\n")
}
