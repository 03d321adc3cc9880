package bindings

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"mcpjs/bindings/session"
	"mcpjs/engine"
)

// maxSkill bounds the files of one skill, in bytes.
const maxSkill = 256 << 20

// A skill is a directory of files that a server offers for agents: an entry of
// the extension io.modelcontextprotocol/skills (SEP-2640) or, where the server
// doesn't speak that, a resource skill://NAME/SKILL.md with a manifest beside
// it at skill://NAME/_manifest, as FastMCP's servers have.
type skill struct {
	Name        string          `json:"name"`
	Description string          `json:"description"`
	URI         string          `json:"uri"` // of its SKILL.md
	Frontmatter json.RawMessage `json:"frontmatter,omitempty"`
	Files       []skillFile     `json:"files,omitempty"` // nil where the server hasn't said yet
	Meta        json.RawMessage `json:"_meta,omitempty"`
	dynamic     bool            // the server names no files: its resources tell
}

type skillFile struct {
	Path   string `json:"path"` // within the skill, with slashes
	URI    string `json:"uri"`
	Size   *int64 `json:"size,omitempty"`
	Digest string `json:"digest,omitempty"` // "sha256:…"
}

// skillsObject is client.skills.
func (c *client) skillsObject() *engine.Object {
	if c.skillMethods != nil {
		return c.skillMethods
	}
	rt := c.b.rt
	c.skillMethods = rt.VM().NewObject()
	method := func(name string, fn func(engine.Call) (*engine.Object, error)) {
		rt.Method(c.skillMethods, name, func(call engine.Call) engine.Value {
			promise, err := fn(call)
			if err != nil {
				return rt.Rejected(err)
			}
			return promise
		})
	}
	method("list", func(call engine.Call) (*engine.Object, error) {
		o, err := c.readCallOptions(call.Argument(0), "skills.list", nil)
		return c.startSkills(o, err, func(ctx context.Context, s *session.Session) (any, error) { return c.listSkills(ctx, s, o) })
	})
	method("get", func(call engine.Call) (*engine.Object, error) {
		name, err := stringArgument(call.Argument(0), "skills.get: the skill's name or URI")
		if err != nil {
			return nil, err
		}
		o, err := c.readCallOptions(call.Argument(1), "skills.get", nil)
		return c.startSkills(o, err, func(ctx context.Context, s *session.Session) (any, error) { return c.getSkill(ctx, s, name, o) })
	})
	method("download", func(call engine.Call) (*engine.Object, error) {
		name, err := stringArgument(call.Argument(0), "skills.download: the skill's name or URI")
		if err != nil {
			return nil, err
		}
		dir, o, overwrite, err := c.downloadOptions("skills.download", call.Argument(1), call.Argument(2))
		return c.startSkills(o, err, func(ctx context.Context, s *session.Session) (any, error) {
			k, err := c.getSkill(ctx, s, name, o)
			if err != nil {
				return nil, err
			}
			return c.download(ctx, s, k, dir, overwrite, o)
		})
	})
	method("sync", func(call engine.Call) (*engine.Object, error) {
		dir, o, overwrite, err := c.downloadOptions("skills.sync", call.Argument(0), call.Argument(1))
		return c.startSkills(o, err, func(ctx context.Context, s *session.Session) (any, error) {
			all, err := c.listSkills(ctx, s, o)
			if err != nil {
				return nil, err
			}
			done := []string{}
			for _, k := range all {
				if k, err = c.withFiles(ctx, s, k, o); err != nil {
					return nil, err
				}
				to, err := c.download(ctx, s, k, dir, overwrite, o)
				switch {
				case err == nil:
					done = append(done, to)
				case !errors.Is(err, os.ErrExist): // which is kept as it is
					return nil, err
				}
			}
			return done, nil
		})
	})
	return c.skillMethods
}

// startSkills runs what takes several requests; its result is JSON.
func (c *client) startSkills(o *callOptions, err error, run func(context.Context, *session.Session) (any, error)) (*engine.Object, error) {
	if err != nil {
		return nil, err
	}
	return c.start(request{label: "skills", options: o, run: func(ctx context.Context, s *session.Session, _ session.Call) (func() (engine.Value, error), error) {
		v, err := run(ctx, s)
		if err != nil {
			return nil, err
		}
		raw, err := json.Marshal(v)
		return func() (engine.Value, error) { return c.b.rt.ParseJSON(raw, engine.JSONOptions{}) }, err
	}}), nil
}

func (c *client) downloadOptions(what string, dir, options engine.Value) (string, *callOptions, bool, error) {
	to, err := stringArgument(dir, what+": the directory")
	if err != nil {
		return "", nil, false, err
	}
	overwrite := false
	o, err := c.readCallOptions(options, what, map[string]option{"overwrite": flag(&overwrite, "overwrite")})
	if rest, ok := strings.CutPrefix(to, "~/"); ok && c.b.opts.Env.Home != "" {
		to = filepath.Join(c.b.opts.Env.Home, rest)
	}
	if !filepath.IsAbs(to) {
		to = filepath.Join(c.b.rt.Dir, to)
	}
	return to, o, overwrite, err
}

// skillFault says what is wrong with a skill.
func (c *client) skillFault(name, format string, args ...any) error {
	return c.violation(fmt.Sprintf("skill %q", name), fmt.Sprintf(format, args...))
}

// listSkills gives all skills. Any goroutine but the loop's.
func (c *client) listSkills(ctx context.Context, s *session.Session, o *callOptions) ([]*skill, error) {
	all := []*skill{}
	if s.Extension(session.SkillsExtension) {
		pages, err := c.listAll(ctx, s, "skills/list", o)
		for _, raw := range pages {
			var page struct{ Skills []json.RawMessage }
			if json.Unmarshal(raw, &page) != nil {
				return nil, c.violation("skills/list", "the result has no array \"skills\": "+excerpt(raw))
			}
			for _, entry := range page.Skills {
				k, err := c.skillEntry(entry)
				if err != nil {
					return nil, err
				}
				all = append(all, k)
			}
		}
		return all, err
	}
	resources, err := c.allResources(ctx, s, o)
	for _, r := range resources {
		name, ok := strings.CutPrefix(r.URI, "skill://")
		if name, ok = strings.CutSuffix(name, "/SKILL.md"); ok && strings.HasPrefix(r.URI, "skill://") {
			all = append(all, &skill{Name: name, Description: r.Description, URI: r.URI})
		}
	}
	return all, err
}

type listedResource struct {
	URI, Description string
	Size             *int64
}

func (c *client) allResources(ctx context.Context, s *session.Session, o *callOptions) ([]listedResource, error) {
	var all []listedResource
	pages, err := c.listAll(ctx, s, "resources/list", o)
	for _, raw := range pages {
		var page struct{ Resources []listedResource }
		json.Unmarshal(raw, &page)
		all = append(all, page.Resources...)
	}
	return all, err
}

// skillEntry reads an entry of the extension.
func (c *client) skillEntry(raw json.RawMessage) (*skill, error) {
	var entry struct {
		URI         string
		Frontmatter json.RawMessage
		Resources   json.RawMessage
		Meta        json.RawMessage `json:"_meta"`
	}
	var front struct{ Name, Description string }
	if json.Unmarshal(raw, &entry) != nil || json.Unmarshal(entry.Frontmatter, &front) != nil || front.Name == "" {
		return nil, c.violation("skills/list", "the server gave a skill that is none: "+excerpt(raw))
	}
	k := &skill{Name: front.Name, Description: front.Description, URI: entry.URI, Frontmatter: entry.Frontmatter, Meta: entry.Meta}
	root, ok := strings.CutSuffix(k.URI, "SKILL.md")
	if !ok {
		return nil, c.skillFault(k.Name, "its URI %q is not that of a SKILL.md", k.URI)
	}
	if k.dynamic = string(entry.Resources) == `"dynamic"`; k.dynamic {
		return k, nil
	}
	var files []skillFile
	if err := json.Unmarshal(entry.Resources, &files); err != nil {
		return nil, c.skillFault(k.Name, "its resources are neither a list nor \"dynamic\"")
	}
	for i := range files {
		f := &files[i]
		if f.Path, ok = strings.CutPrefix(f.URI, root); !ok {
			return nil, c.skillFault(k.Name, "the file %q is not within it", f.URI)
		}
		if plain, err := url.PathUnescape(f.Path); err == nil {
			f.Path = plain
		}
	}
	k.Files = files
	return k, nil
}

// getSkill finds a skill by its name or its URI, with its files.
func (c *client) getSkill(ctx context.Context, s *session.Session, name string, o *callOptions) (*skill, error) {
	if s.Extension(session.SkillsExtension) && strings.HasSuffix(name, "/SKILL.md") {
		raw, err := s.Request(ctx, o.call("skills/get", "skills/get", fields("uri", quoted(name))))
		if err != nil {
			return nil, err
		}
		var result struct{ Skill json.RawMessage }
		json.Unmarshal(raw, &result)
		k, err := c.skillEntry(result.Skill)
		if err != nil {
			return nil, err
		}
		return c.withFiles(ctx, s, k, o)
	}
	all, err := c.listSkills(ctx, s, o)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, k := range all {
		if k.Name == name || k.URI == name {
			return c.withFiles(ctx, s, k, o)
		}
		names = append(names, k.Name)
	}
	return nil, engine.TypeErrorf("server %q has no skill %q%s", c.serverName(), name, suggestion(name, names))
}

// withFiles asks for a skill's files where the list doesn't tell them.
func (c *client) withFiles(ctx context.Context, s *session.Session, k *skill, o *callOptions) (*skill, error) {
	if k.Files != nil {
		return k, nil
	}
	root := strings.TrimSuffix(k.URI, "SKILL.md")
	if k.dynamic {
		resources, err := c.allResources(ctx, s, o)
		for _, r := range resources {
			if rest, ok := strings.CutPrefix(r.URI, root); ok {
				plain, err := url.PathUnescape(rest)
				if err != nil {
					plain = rest
				}
				k.Files = append(k.Files, skillFile{Path: plain, URI: r.URI, Size: r.Size})
			}
		}
		if k.Files == nil {
			k.Files = []skillFile{{Path: "SKILL.md", URI: k.URI}}
		}
		return k, err
	}
	raw, err := c.readSkillFile(ctx, s, k, skillFile{Path: "_manifest", URI: root + "_manifest"}, o)
	if err != nil {
		return nil, err
	}
	var manifest struct {
		Files []struct {
			Path, Hash string
			Size       *int64
		}
	}
	if err := json.Unmarshal(raw, &manifest); err != nil || manifest.Files == nil {
		return nil, c.skillFault(k.Name, "its manifest cannot be read: %s", excerpt(raw))
	}
	k.Files = []skillFile{}
	for _, f := range manifest.Files {
		k.Files = append(k.Files, skillFile{Path: f.Path, URI: root + f.Path, Size: f.Size, Digest: f.Hash})
	}
	return k, nil
}

// readSkillFile reads a file, and checks it against what the skill says of it.
func (c *client) readSkillFile(ctx context.Context, s *session.Session, k *skill, f skillFile, o *callOptions) ([]byte, error) {
	raw, err := s.Request(ctx, o.call("resources/read", fmt.Sprintf("read resource %q", f.URI), fields("uri", quoted(f.URI))))
	if err != nil {
		return nil, err
	}
	var result struct {
		Contents []struct {
			Text *string
			Blob []byte
		}
	}
	if err := json.Unmarshal(raw, &result); err != nil {
		var corrupt base64.CorruptInputError
		if errors.As(err, &corrupt) {
			return nil, c.skillFault(k.Name, "the file %q is not valid base64", f.Path)
		}
		return nil, c.skillFault(k.Name, "the file %q cannot be read: %v", f.Path, err)
	}
	if len(result.Contents) == 0 {
		return nil, c.skillFault(k.Name, "the server gives no contents for the file %q", f.Path)
	}
	data := result.Contents[0].Blob
	if text := result.Contents[0].Text; text != nil {
		data = []byte(*text)
	}
	if f.Size != nil && int64(len(data)) != *f.Size {
		return nil, c.skillFault(k.Name, "the file %q has %d bytes where the skill says %d: it was changed on the way or since", f.Path, len(data), *f.Size)
	}
	if want, ok := strings.CutPrefix(f.Digest, "sha256:"); ok {
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != want {
			return nil, c.skillFault(k.Name, "the file %q does not have the digest that the skill says: it was changed on the way or since", f.Path)
		}
	}
	if f.Path == "SKILL.md" && k.Frontmatter != nil {
		if err := sameFrontmatter(data, k.Frontmatter); err != nil {
			return nil, c.skillFault(k.Name, "SKILL.md and the server's list differ: %v", err)
		}
	}
	return data, nil
}

// sameFrontmatter compares what a SKILL.md begins with to what the server says
// of it, field by field (SEP-2640).
func sameFrontmatter(file []byte, said json.RawMessage) error {
	lines := strings.SplitAfter(strings.ReplaceAll(string(file), "\r\n", "\n"), "\n")
	end := slices.Index(lines[1:], "---\n")
	if strings.TrimSpace(lines[0]) != "---" || end < 0 {
		return errors.New("it has no frontmatter")
	}
	var values map[string]any
	if err := yaml.Unmarshal([]byte(strings.Join(lines[1:1+end], "")), &values); err != nil {
		return errors.New("its frontmatter is no YAML")
	}
	raw, err := json.Marshal(values)
	if err != nil {
		return err
	}
	var is, want map[string]any
	if err := json.Unmarshal(raw, &is); err != nil {
		return err
	}
	if err := json.Unmarshal(said, &want); err != nil {
		return err
	}
	for name := range want {
		if _, ok := is[name]; !ok {
			return fmt.Errorf("its frontmatter lacks %q", name)
		}
	}
	for name, value := range is {
		if !reflect.DeepEqual(value, want[name]) {
			return fmt.Errorf("%q", name)
		}
	}
	return nil
}

// download writes a skill into a directory of its name below dir, and gives
// that. Nothing is written before all of it has been read and checked, and
// nothing outside of it, whatever the server calls its files.
func (c *client) download(ctx context.Context, s *session.Session, k *skill, dir string, overwrite bool, o *callOptions) (string, error) {
	if !filepath.IsLocal(k.Name) || k.Name == "." || strings.ContainsAny(k.Name, `\:`) {
		return "", c.skillFault(k.Name, "its name is no directory's")
	}
	to := filepath.Join(dir, filepath.FromSlash(k.Name))
	if err := c.b.rt.Permissions.Write(to); err != nil {
		return "", err
	}
	if _, err := os.Lstat(to); err == nil && !overwrite {
		return "", &existsError{to}
	}
	contents, size := make([][]byte, len(k.Files)), 0
	for i, f := range k.Files {
		if local := filepath.FromSlash(f.Path); !filepath.IsLocal(local) || path.Clean(f.Path) != f.Path || f.Path == "." || strings.ContainsAny(f.Path, `\:`) {
			return "", c.skillFault(k.Name, "the file %q would be outside of it", f.Path)
		}
		data, err := c.readSkillFile(ctx, s, k, f, o)
		if err != nil {
			return "", err
		}
		if size += len(data); size > maxSkill {
			return "", c.skillFault(k.Name, "it has more than %d bytes", maxSkill)
		}
		contents[i] = data
	}
	if err := os.MkdirAll(to, 0o755); err != nil {
		return "", skillWriteError(err)
	}
	root, err := os.OpenRoot(to) // which no symbolic link leads out of
	if err != nil {
		return "", skillWriteError(err)
	}
	defer root.Close()
	for i, f := range k.Files {
		name := filepath.FromSlash(f.Path)
		if parent := filepath.Dir(name); parent != "." {
			if err := root.MkdirAll(parent, 0o755); err != nil {
				return "", skillWriteError(err)
			}
		}
		if err := root.WriteFile(name, contents[i], 0o644); err != nil {
			return "", skillWriteError(err)
		}
	}
	return to, nil
}

func skillWriteError(err error) error { return fmt.Errorf("write the skill: %w", err) }

// existsError says that a skill is there already.
type existsError struct{ path string }

func (e *existsError) Error() string {
	return "there is a skill at " + e.path + " already; overwrite: true replaces its files"
}

func (e *existsError) Is(target error) bool { return target == os.ErrExist }
