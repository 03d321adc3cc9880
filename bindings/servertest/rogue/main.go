// Command rogue is a server with the bad habits that real servers have. It
// serves a tool echo {message}, which always works, and a tool misbehave {n?},
// at which -mode shows what it can do; -at moves that to another tool or
// method. `rogue -mode help` lists the modes; several are joined with commas.
//
// It is written on raw JSON lines, so that nothing tidies up what it sends.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"
)

// A server is one run of the program.
type server struct {
	modes    map[string]bool
	at       string        // the tool or method that shows the mode, "*" for all
	delay    time.Duration // of the modes that wait
	n        int           // how much, for the modes that flood
	protocol string        // the only revision spoken; "" speaks all
	reply    string        // what initialize is answered with; "" negotiates
}

func main() {
	s := &server{modes: map[string]bool{}}
	mode := flag.String("mode", "", "bad habits, joined with commas; help lists them")
	addr := flag.String("http", "", "serve streamable HTTP at this address")
	flag.StringVar(&s.at, "at", "misbehave", "the tool or method that shows the mode, * for every one")
	flag.DurationVar(&s.delay, "delay", 3*time.Second, "how long the modes wait that wait")
	flag.IntVar(&s.n, "n", 0, "how many, where a mode sends many; each has its own default")
	flag.StringVar(&s.protocol, "protocol", "", "speak this revision only")
	flag.StringVar(&s.reply, "version-reply", "", "answer initialize with this protocolVersion")
	life := flag.Duration("life", 10*time.Minute, "exit after this long, whatever the mode")
	flag.Parse()
	// What the modes leave behind, if a test doesn't kill it, goes by itself.
	time.AfterFunc(*life, func() { os.Exit(99) })
	for name := range strings.SplitSeq(*mode, ",") {
		if name == "" {
			continue
		}
		_, ok := habits[name]
		if _, http := httpHabits[name]; !ok && !(http && *addr != "") {
			help(name)
		}
		s.modes[name] = true
	}
	if *addr != "" {
		s.serve(*addr)
		return
	}
	s.stdio()
}

func help(name string) {
	status := 0
	if name != "help" {
		status = 2
		fmt.Fprintf(os.Stderr, "unknown mode %q; there are:\n", name)
	}
	for _, k := range slices.Sorted(maps.Keys(habits)) {
		fmt.Fprintf(os.Stderr, "  %-24s  %s\n", k, habits[k].what)
	}
	for _, k := range slices.Sorted(maps.Keys(httpHabits)) {
		fmt.Fprintf(os.Stderr, "  %-24s  %s\n", k, httpHabits[k].what)
	}
	os.Exit(status)
}

// A habit is one mode. One with a function shows it instead of answering the
// call at the marked place; the others are looked up where they matter.
type habit struct {
	what string
	show func(*call)
}

// begin is what happens before the first message is read.
func (s *server) begin(w *stdoutWire) {
	if s.modes["ignore-term"] {
		signal.Ignore(os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	}
	if s.modes["sleep"] {
		select {}
	}
	if s.modes["exit-at-start"] {
		fmt.Fprintln(os.Stderr, "loading configuration\nerror: API_KEY is not set")
		os.Exit(2)
	}
	if s.modes["banner"] {
		w.bytes("\x1b[1mRogue MCP server\x1b[0m v1.0\n\n{starting up}\r\n[\"not\", \"a message\"]\n{\"level\":\"info\",\"msg\":\"a log line in JSON\"}\nnull\n42\nListening on stdio...\n")
	}
	if s.modes["slow-start"] {
		time.Sleep(s.delay)
	}
	if s.modes["grandchild"] {
		self, err := os.Executable()
		if err != nil {
			panic(err)
		}
		child := exec.Command(self, "-mode", "sleep")
		child.Stdin, child.Stdout, child.Stderr = os.Stdin, os.Stdout, os.Stderr
		if err := child.Start(); err != nil {
			panic(err)
		}
		fmt.Fprintf(os.Stderr, "grandchild %d\n", child.Process.Pid)
	}
}

// end is what happens at the end of stdin.
func (s *server) end() {
	if s.modes["ignore-eof"] || s.modes["ignore-term"] {
		select {}
	}
	if s.modes["slow-exit"] {
		fmt.Fprintln(os.Stderr, "shutting down")
		time.Sleep(s.delay)
		fmt.Fprintln(os.Stderr, "shut down")
	}
}

// A message is one JSON-RPC message as it came.
type message struct {
	ID     json.RawMessage `json:"id"`
	Method string          `json:"method"`
	Params json.RawMessage `json:"params"`
	Result json.RawMessage `json:"result"`
	Error  json.RawMessage `json:"error"`
}
