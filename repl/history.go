package repl

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"

	"mcpjs/engine"
)

// history is what was entered, oldest first, and the file that keeps it. The
// file is its owner's alone; what begins with a space is not kept.
type history struct {
	file    string
	entries []string
}

const (
	historyKept = 2000 // entries in memory, and in the file when it is tidied
	historyMost = 4000 // lines at which the file is tidied
)

// historyFile is where the history is kept: $MCPJS_HISTORY, else the XDG state
// directory; "" where there is no place for it.
func historyFile() string {
	if f, set := os.LookupEnv("MCPJS_HISTORY"); set {
		return f
	}
	dir := engine.UserDir("XDG_STATE_HOME", filepath.Join(".local", "state"), os.UserConfigDir)
	if dir == "" {
		return ""
	}
	return filepath.Join(dir, "mcpjs", "history")
}

// loadHistory reads a history file. One that can't be read or written is as
// good as none.
func loadHistory(file string) *history {
	h := &history{file: file}
	if file == "" {
		return h
	}
	f, err := os.Open(file)
	if err != nil {
		return h
	}
	defer f.Close()
	if info, err := f.Stat(); err == nil && info.Mode().Perm()&0o077 != 0 {
		os.Chmod(file, 0o600)
	}
	lines := 0
	scanner := bufio.NewScanner(f)
	scanner.Buffer(nil, 1<<20)
	for scanner.Scan() {
		lines++
		if entry := unescapeEntry(scanner.Text()); strings.TrimSpace(entry) != "" {
			h.entries = append(h.entries, entry)
		}
	}
	h.entries = h.entries[max(0, len(h.entries)-historyKept):]
	if lines > historyMost && scanner.Err() == nil {
		h.tidy()
	}
	return h
}

// credential finds text that is given for what holds a secret.
var credential = engine.Pattern("(?i)(bearer|authorization|client_?secret|private_?key|password|passwd|(api|access)_?(key|token)|refresh_?token|subject_?token|assertion)[\"']?\\s*[:=]\\s*[\"'`]|bearer [a-z0-9._~+/-]{8}")

// add keeps an entry. One that seems to hold a secret isn't written down.
func (h *history) add(entry string) {
	entry = strings.TrimRight(entry, " \n")
	if entry == "" || entry[0] == ' ' || len(h.entries) > 0 && h.entries[len(h.entries)-1] == entry {
		return
	}
	h.entries = append(h.entries, entry)
	if len(h.entries) > historyKept {
		h.entries = h.entries[1:]
	}
	if h.file == "" || credential().MatchString(entry) {
		return
	}
	if err := os.MkdirAll(filepath.Dir(h.file), 0o700); err != nil {
		return
	}
	f, err := os.OpenFile(h.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	f.WriteString(escapeEntry(entry) + "\n")
	f.Close()
}

// tidy writes the file anew with the newest entries.
func (h *history) tidy() {
	tmp, err := os.CreateTemp(filepath.Dir(h.file), ".history-*") // 0600
	if err != nil {
		return
	}
	w := bufio.NewWriter(tmp)
	for _, e := range h.entries {
		w.WriteString(escapeEntry(e) + "\n")
	}
	err = w.Flush()
	if tmp.Close() != nil || err != nil || os.Rename(tmp.Name(), h.file) != nil {
		os.Remove(tmp.Name())
	}
}

// An entry is a line of the file, its newlines written as \n.
func escapeEntry(s string) string {
	return strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(s)
}

func unescapeEntry(s string) string {
	return strings.NewReplacer(`\\`, `\`, `\n`, "\n").Replace(s)
}
