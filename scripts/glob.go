package scripts

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"
)

// A glob is a pattern of paths: *, ? and [a-z] within a name, ** across
// directories, {a,b} alternatives. A directory means all that is in it.
type glob struct {
	base    string // the directory before the first wildcard, absolute
	pattern *regexp.Regexp
	hidden  bool // the pattern itself names node_modules or a hidden directory
}

// globLimit is how many directories below a pattern's base are watched at most.
const globLimit = 20_000

// parseGlob reads a pattern; a relative one begins at dir.
func parseGlob(pattern, dir string) (glob, error) {
	if !utf8.ValidString(pattern) || !utf8.ValidString(dir) {
		return glob{}, fmt.Errorf("pattern %q is not UTF-8", pattern)
	}
	full := pattern
	if !filepath.IsAbs(full) {
		full = filepath.Join(dir, full)
	}
	full = filepath.ToSlash(full)
	if !strings.ContainsAny(full, "*?[{") {
		full = filepath.ToSlash(canonical(full))
		return glob{base: filepath.FromSlash(full), hidden: true,
			pattern: regexp.MustCompile("^" + regexp.QuoteMeta(full) + "(/.*)?$")}, nil
	}
	cut := strings.LastIndexByte(full[:strings.IndexAny(full, "*?[{")], '/')
	base, rest := full[:cut], full[cut:]
	if base == "" {
		base = "/"
	}
	base = filepath.ToSlash(canonical(filepath.FromSlash(base))) // as events have it
	expr, err := globExpression(rest)
	if err != nil {
		return glob{}, fmt.Errorf("pattern %q: %w", pattern, err)
	}
	re, err := regexp.Compile("^" + regexp.QuoteMeta(strings.TrimSuffix(base, "/")) + expr + "$")
	if err != nil {
		return glob{}, fmt.Errorf("pattern %q is not a glob", pattern)
	}
	return glob{base: filepath.FromSlash(base), pattern: re,
		hidden: strings.Contains(rest, "node_modules") || strings.Contains(rest, "/.")}, nil
}

// globExpression turns a pattern into a regular expression.
func globExpression(pattern string) (string, error) {
	var b strings.Builder
	depth := 0
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '*':
			if strings.HasPrefix(pattern[i:], "**/") && pattern[i-1] == '/' {
				b.WriteString("(?:.*/)?")
				i += 2
			} else if strings.HasPrefix(pattern[i:], "**") {
				b.WriteString(".*")
				i++
			} else {
				b.WriteString("[^/]*")
			}
		case '?':
			b.WriteString("[^/]")
		case '[':
			end := strings.IndexByte(pattern[i+1:], ']')
			if end < 1 {
				return "", fmt.Errorf("the [ has no ]")
			}
			class := pattern[i+1 : i+1+end]
			if class[0] == '!' {
				class = "^" + class[1:]
			}
			b.WriteString("[" + strings.ReplaceAll(class, `\`, `\\`) + "]")
			i += end + 1
		case '{':
			depth++
			b.WriteString("(?:")
		case '}':
			if depth == 0 {
				return "", fmt.Errorf("the } has no {")
			}
			depth--
			b.WriteString(")")
		case ',':
			if depth > 0 {
				b.WriteString("|")
			} else {
				b.WriteString(",")
			}
		default:
			b.WriteString(regexp.QuoteMeta(string(c)))
		}
	}
	if depth > 0 {
		return "", fmt.Errorf("the { has no }")
	}
	return b.String(), nil
}

// match tells whether the pattern means this path.
func (g glob) match(path string) bool { return g.pattern.MatchString(filepath.ToSlash(path)) }

// walk calls file for every file that the pattern means now, and dir for every
// directory in which such files may appear.
func (g glob) walk(file, dir func(path string)) error {
	dirs := 0
	return filepath.WalkDir(g.base, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // gone meanwhile, or not for us to read
		}
		if !d.IsDir() {
			if g.match(path) {
				file(path)
			}
			return nil
		}
		if name := d.Name(); path != g.base && !g.hidden && (name == "node_modules" || strings.HasPrefix(name, ".")) {
			return filepath.SkipDir
		}
		if dirs++; dirs > globLimit {
			return fmt.Errorf("there are more than %d directories below %s; give a narrower pattern", globLimit, g.base)
		}
		dir(path)
		return nil
	})
}
