package engine

import (
	"cmp"
	"slices"
	"strings"
)

// Nearest gives the name that was probably meant by one that stands for
// nothing, and by how many letters it differs; "" where none is near. Case and
// separators don't count.
func Nearest(name string, names []string) (near string, far int) {
	type candidate struct {
		name      string
		rank, far int
	}
	var all []candidate
	want := fold(name)
	for _, n := range names {
		far := distance(want, fold(n))
		rank := far
		if strings.Contains(fold(n), want) && len(want) > 3 {
			rank = min(rank, 2)
		}
		all = append(all, candidate{n, rank, far})
	}
	if len(all) == 0 {
		return "", 0
	}
	best := slices.MinFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(a.name, b.name))
	})
	if best.rank > max(2, (len(want)+1)/3) || best.far >= max(len(want), len(fold(best.name))) {
		return "", 0
	}
	return best.name, best.far
}

// fold makes names comparable that differ in case and separators alone.
func fold(s string) string {
	return strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "", ".", "", "/", "").Replace(s))
}

// distance is the Levenshtein distance.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		last := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := last
			if a[i] != b[j] {
				cost++
			}
			last = row[j+1]
			row[j+1] = min(cost, row[j]+1, last+1)
		}
	}
	return row[len(b)]
}
