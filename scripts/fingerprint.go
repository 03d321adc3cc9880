package scripts

import (
	"crypto/sha256"
	"io"
	"os"
	"slices"
	"strings"
	"time"
)

// A fingerprint is what a file was like when it was looked at.
type fingerprint struct {
	state   fileState
	size    int64
	mtime   time.Time
	flat    bool              // of a directory, its names don't count
	content [sha256.Size]byte // of a directory, of its names
}

type fileState int

const (
	absent fileState = iota
	unreadable
	present
)

// hashLimit is the size from which on a file, such as a server's binary, is
// known by size and time instead of its content.
const hashLimit = 8 << 20

// look takes a file's fingerprint, in which a directory's names count or don't.
func look(path string, names bool) fingerprint {
	info, err := os.Stat(path)
	if err != nil {
		if os.IsNotExist(err) || isNotDir(err) {
			return fingerprint{}
		}
		return fingerprint{state: unreadable}
	}
	f := fingerprint{state: present, size: info.Size(), mtime: info.ModTime()}
	h := sha256.New()
	switch {
	case info.IsDir() && !names:
		f.size, f.flat = -1, true
	case info.IsDir():
		entries, err := os.ReadDir(path)
		if err != nil {
			return fingerprint{state: unreadable}
		}
		names := make([]string, 0, len(entries))
		for _, e := range entries {
			names = append(names, e.Name())
		}
		slices.Sort(names)
		io.WriteString(h, strings.Join(names, "\x00"))
		f.size = -1
	case !info.Mode().IsRegular() || info.Size() > hashLimit:
		io.WriteString(h, info.ModTime().String())
	default:
		file, err := os.Open(path)
		if err != nil {
			return fingerprint{state: unreadable}
		}
		defer file.Close()
		if f.size, err = io.Copy(h, file); err != nil {
			return fingerprint{state: unreadable}
		}
	}
	h.Sum(f.content[:0])
	return f
}

// same tells whether the content is the same, whatever the times.
func (f fingerprint) same(other fingerprint) bool {
	return f.state == other.state && f.size == other.size && f.content == other.content
}

// suspect tells whether a file may be in the middle of being saved: it was
// there and now is gone, or empty.
func (f fingerprint) suspect(before fingerprint) bool {
	return before.state == present && (f.state == absent || f.state == present && f.size == 0 && before.size != 0)
}

// stale tells, cheaply, whether the file may differ from its fingerprint.
func (f fingerprint) stale(path string) bool {
	info, err := os.Stat(path)
	if err != nil {
		return f.state == present
	}
	if f.flat && info.IsDir() {
		return false
	}
	return f.state != present || !info.ModTime().Equal(f.mtime) || !info.IsDir() && info.Size() != f.size
}
