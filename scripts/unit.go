package scripts

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
)

// A unit is a script that is run by itself, and what it was made of when it
// ran last. While a run goes on, it is the run's; between runs, the watcher's.
type unit struct {
	file string // absolute
	name string // as the user knows it

	inputs  []string // the modules of the last version that compiled, and their settings
	missing []string // what it imports that isn't there
	due     bool     // of tests: to be run
	failed  bool     // of tests: so it did

	mu    sync.Mutex
	found need // what it turned out to need while it ran
	whole need // the same of the last run that came to its end
}

// begin forgets what the last run needed: what changes before this one gets to
// it is no reason for another.
func (u *unit) begin() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.found = need{}
}

// note adds what the run needs.
func (u *unit) note(path string, names bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.found[path] = u.found[path] || names
}

// end says whether the run came to its end. One that didn't would perhaps have
// needed what the last did that got so far.
func (u *unit) end(complete bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if complete {
		u.whole = maps.Clone(u.found)
	} else {
		u.found.add(u.whole)
	}
}

// needs are the files that the unit depends on.
func (u *unit) needs() need {
	u.mu.Lock()
	defer u.mu.Unlock()
	all := need{u.file: true}
	for _, path := range u.inputs {
		all[path] = true
	}
	all.add(u.found)
	return all
}

// affected tells whether a change concerns the unit.
func (u *unit) affected(path string) bool {
	_, yes := u.needs()[path]
	return yes || path == filepath.Join(canonical(filepath.Dir(u.file)), filepath.Base(u.file)) || slices.ContainsFunc(u.missing, func(m string) bool { return resolves(m) == path })
}

func (n need) add(more need) {
	for path, names := range more {
		n[path] = n[path] || names
	}
}

// names lists units for people.
func names(units []*unit) string {
	const most = 3
	var list []string
	for i, u := range units {
		if i == most && len(units) > most+1 {
			list = append(list, "…")
			break
		}
		list = append(list, u.name)
	}
	return strings.Join(list, ", ")
}
