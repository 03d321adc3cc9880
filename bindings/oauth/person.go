package oauth

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// Person is how somebody is asked: text on a terminal, a browser.
type Person struct {
	// Out is where it is told what to do; it must be set.
	Out io.Writer
	// Getenv looks up BROWSER and what tells whether there is a display.
	Getenv func(string) string
	// Terminal opens the terminal to read answers from; nil where there is none.
	Terminal func() (io.ReadCloser, error)
	// ReadLine, where set, reads a line instead: where the terminal has another
	// reader, such as a prompt. It returns io.EOF where there are no more.
	ReadLine func(ctx context.Context) (string, error)

	still bool // no browser is to be opened
}

// Process is the person that the process's terminal, if it has one, belongs to.
func Process() *Person {
	p := &Person{Out: os.Stderr, Getenv: os.Getenv}
	if isTerminal(os.Stderr) && isTerminal(os.Stdin) {
		p.Terminal = openTerminal
	}
	return p
}

func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0 && f.Name() != os.DevNull && info.Mode()&os.ModeDevice != 0 && !isNull(info)
}

func isNull(info os.FileInfo) bool {
	null, err := os.Stat(os.DevNull)
	return err == nil && os.SameFile(info, null)
}

func openTerminal() (io.ReadCloser, error) {
	if runtime.GOOS == "windows" {
		return os.OpenFile("CONIN$", os.O_RDWR, 0)
	}
	return os.Open("/dev/tty")
}

// there tells whether somebody seems to be there to be asked.
func (p *Person) there() bool { return p.typing() || p.env("BROWSER") != "" }

// typing tells whether a line can be asked for.
func (p *Person) typing() bool { return p.Terminal != nil || p.ReadLine != nil }

func (p *Person) env(name string) string {
	if p.Getenv == nil {
		return ""
	}
	return p.Getenv(name)
}

// visit has somebody visit a URL. Where no browser could be opened, or the
// browser may be on another machine, it gives the address that was pasted;
// otherwise "", at once.
func (p *Person) visit(ctx context.Context, server, visit, redirect string) (string, error) {
	fmt.Fprintf(p.Out, "mcpjs: %s wants you to log in. Visit:\n\n  %s\n\n", line(server), visit)
	err := p.open(ctx, visit)
	if err == nil && p.env("SSH_CONNECTION") == "" {
		return "", nil
	}
	if !p.typing() {
		if err != nil && !p.still {
			fmt.Fprintf(p.Out, "mcpjs: no browser could be opened: %s\n", line(err.Error()))
		}
		return "", nil // it may be visited all the same
	}
	address, err := p.ask(ctx, "If the browser cannot reach "+redirect+" afterwards, paste the address it ended up at:\n", false)
	if errors.Is(err, io.EOF) || err != nil && p.ReadLine == nil {
		<-ctx.Done() // nobody is at the terminal; the browser may still answer
		err = context.Cause(ctx)
	}
	return address, err
}

// ask asks for one line on the terminal; of a secret one, nothing is shown there
// where that can be helped. Where there are no more lines, it gives io.EOF.
func (p *Person) ask(ctx context.Context, question string, secret bool) (string, error) {
	if !p.typing() {
		return "", fmt.Errorf("there is no terminal to ask on")
	}
	if p.ReadLine != nil {
		if secret {
			question = "(It will be seen here.) " + question
		}
		fmt.Fprint(p.Out, question)
		text, err := p.ReadLine(ctx)
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return ended(text, err)
	}
	in, err := p.Terminal()
	if err != nil {
		return "", err
	}
	defer in.Close() // ends the read where it still goes on
	if f, ok := in.(*os.File); ok && secret {
		back, err := hide(f)
		if err != nil {
			return "", fmt.Errorf("keep what is typed from being seen: %w", err)
		}
		defer back()
	}
	fmt.Fprint(p.Out, question)
	type answer struct {
		text string
		err  error
	}
	got := make(chan answer, 1)
	go func() {
		text, err := bufio.NewReaderSize(in, 64<<10).ReadString('\n')
		got <- answer{text, err}
	}()
	select {
	case a := <-got:
		if a.err != nil || secret {
			fmt.Fprintln(p.Out) // the terminal shows no end of the line
		}
		return ended(a.text, a.err)
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
}

// hide has a terminal not show what is typed, until back is called. It leaves
// it to be closed while it is read.
func hide(f *os.File) (back func(), err error) {
	raw, err := f.SyscallConn()
	if err != nil {
		return nil, err
	}
	var again func()
	var failure error
	if err := raw.Control(func(fd uintptr) { again, failure = quiet(fd) }); err != nil || failure != nil {
		return nil, errors.Join(err, failure)
	}
	return func() { _ = raw.Control(func(uintptr) { again() }) }, nil
}

// ended gives a line that was read; its end may be missing.
func ended(text string, err error) (string, error) {
	if text = strings.TrimSpace(text); text != "" && errors.Is(err, io.EOF) {
		err = nil
	}
	return text, err
}

// open opens a URL in a browser: that of BROWSER, else the system's. It waits
// no longer than it takes to see that the command fails.
func (p *Person) open(ctx context.Context, visit string) error {
	if !strings.HasPrefix(visit, "https://") && !strings.HasPrefix(visit, "http://") {
		return fmt.Errorf("not a web address")
	}
	if p.still {
		return fmt.Errorf("none was wanted")
	}
	var failure error
	for _, words := range p.browsers() {
		args, placed := make([]string, 0, len(words)), false
		for _, w := range words {
			if strings.Contains(w, "%s") {
				w, placed = strings.ReplaceAll(w, "%s", visit), true
			}
			args = append(args, w)
		}
		if !placed {
			args = append(args, visit)
		}
		cmd := exec.Command(args[0], args[1:]...)
		if failure = cmd.Start(); failure != nil {
			continue
		}
		exited := make(chan error, 1)
		go func() { exited <- cmd.Wait() }()
		timer := time.NewTimer(2 * time.Second)
		select {
		case failure = <-exited:
		case <-timer.C:
			failure = nil
		case <-ctx.Done():
			failure = nil
		}
		timer.Stop()
		if failure == nil {
			return nil
		}
	}
	if failure == nil {
		failure = fmt.Errorf("no display")
	}
	return failure
}

// browsers are the commands to try. BROWSER is a list of them, in which %s
// stands for the URL.
func (p *Person) browsers() [][]string {
	if list := p.env("BROWSER"); list != "" {
		var all [][]string
		for _, command := range strings.Split(list, string(os.PathListSeparator)) {
			if words := strings.Fields(command); len(words) > 0 {
				all = append(all, words)
			}
		}
		return all
	}
	switch runtime.GOOS {
	case "darwin":
		return [][]string{{"open"}}
	case "windows":
		return [][]string{{"rundll32", "url.dll,FileProtocolHandler"}}
	}
	if p.env("DISPLAY") == "" && p.env("WAYLAND_DISPLAY") == "" {
		return nil
	}
	return [][]string{{"xdg-open"}}
}
