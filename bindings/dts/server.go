// Package dts writes TypeScript declarations of what MCP servers offer. What
// servers send is untrusted: whatever it is, what is written compiles, and holds
// no more than types and comments.
package dts

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// mostText bounds the declarations of one server, in bytes; tools beyond it are
// known by their names only.
const mostText = 8 << 20

// mostURIs bounds how many resources are named.
const mostURIs = 500

// Server is what a server said it has. The lists are JSON, as the protocol's
// methods give them.
type Server struct {
	// Name is what its types are called by; see Namespace.
	Name string
	// Targets are the strings that scripts connect to it with.
	Targets []string
	// Label says what it is to people, without secrets.
	Label string

	Tools     []json.RawMessage
	Prompts   []json.RawMessage
	Resources []json.RawMessage

	// CamelCase is the name that client.tools has for a tool beside its own.
	CamelCase func(tool string) string
}

// Namespace is the name of the namespace that a server's types are in: it ends
// in "Server", is ASCII, and good for a file's name as well.
func Namespace(name string) string {
	base := strings.TrimSuffix(pascal(name), "Server")
	if base == "" || base == "Configured" { // Server and ConfiguredServer are the module's own
		base += "Mcp"
	}
	return base + "Server"
}

// names are those of a namespace's types.
type names struct{ taken map[string]bool }

// take gives a name that is not taken, like the one wanted.
func (n *names) take(wanted string) string {
	if wanted == "" {
		wanted = "Type"
	}
	name := wanted
	for i := 2; n.taken[name]; i++ {
		name = fmt.Sprintf("%s%d", wanted, i)
	}
	n.taken[name] = true
	return name
}

// globals are the names of types that a namespace's own would hide from it.
var globals = []string{"Tools", "Aliases", "Prompts", "Resources", "ToolTypes", "PromptArgument"}

// Declarations are a server's, as a file: they add to the interface Servers of
// the module "mcp".
func (s *Server) Declarations() string {
	namespace := Namespace(s.Name)
	w := &writer{server: s, names: &names{taken: map[string]bool{}}}
	for _, name := range globals {
		w.names.taken[name] = true
	}
	w.tools()
	w.prompts()
	w.resources()

	var b strings.Builder
	b.WriteString(comment("", fmt.Sprintf("What %s offers, as %q found it; do not edit.", s.Label, "mcpjs types")))
	b.WriteString("declare module \"mcp\" {\n  export interface Servers {\n")
	for _, target := range s.Targets {
		fmt.Fprintf(&b, "    %s: %s.Types;\n", property(target), namespace)
	}
	fmt.Fprintf(&b, "  }\n\n  export namespace %s {\n", namespace)
	b.WriteString("    interface Types { tools: Tools; aliases: Aliases; prompts: Prompts; resources: Resources }\n\n")
	fmt.Fprintf(&b, "    interface Tools {\n%s    }\n\n", w.body.String())
	b.WriteString("    /** Names of client.tools beside the tools' own. */\n")
	fmt.Fprintf(&b, "    interface Aliases {\n%s    }\n\n", w.aliases.String())
	fmt.Fprintf(&b, "    interface Prompts {\n%s    }\n\n", w.prompt.String())
	fmt.Fprintf(&b, "    type Resources = %s;\n", w.uris)
	if w.types.Len() > 0 {
		b.WriteString("\n" + w.types.String())
	}
	b.WriteString("  }\n}\n")
	return b.String()
}

// writer collects the parts of a server's declarations.
type writer struct {
	server  *Server
	names   *names
	body    strings.Builder // of Tools
	aliases strings.Builder
	prompt  strings.Builder
	types   strings.Builder
	uris    string
}

// items reads a list.
func items(list []json.RawMessage, key string) []*object {
	values := make([]value, len(list))
	for i, raw := range list {
		values[i], _ = parse(raw)
	}
	return distinct(values, key)
}

// distinct are the objects of a list; what has no name is left out, and of
// several with one name all but the last.
func distinct(list []value, key string) []*object {
	at := map[string]int{}
	var out []*object
	for _, v := range list {
		o, _ := v.(*object)
		name, ok := o.get(key).(string)
		if !ok {
			continue
		}
		if i, again := at[name]; again {
			out[i] = o
			continue
		}
		at[name] = len(out)
		out = append(out, o)
	}
	return out
}

const inner = "      "

func (w *writer) tools() {
	list := items(w.server.Tools, "name")
	taken := map[string]bool{}
	for _, tool := range list {
		taken[tool.text("name")] = true
	}
	for _, tool := range list {
		name := tool.text("name")
		types := "ToolTypes<object>"
		if w.body.Len()+w.types.Len() < mostText {
			types = w.toolTypes(tool)
		}
		doc := aboutItem(tool)
		if schema := tool.object("inputSchema"); schema.truth("deprecated") || tool.truth("deprecated") {
			doc = append(doc, "", "@deprecated")
		}
		fmt.Fprintf(&w.body, "%s%s%s: %s;\n", comment(inner, doc...), inner, property(name), types)
		alias := w.server.CamelCase(name)
		if alias == "" || taken[alias] {
			continue
		}
		taken[alias] = true
		fmt.Fprintf(&w.aliases, "%s%s%s: Tools[%s];\n", comment(inner, doc...), inner, property(alias), quoted(name))
	}
}

// toolTypes are those of a tool's arguments and results.
func (w *writer) toolTypes(tool *object) string {
	prefix := pascal(tool.text("name"))
	arguments := "object"
	in, _ := tool.get("inputSchema").(*object)
	if kind, isText := in.get("type").(string); in != nil && (!isText || kind == "object") {
		t := translate(in, prefix, w.names, true)
		if text := t.schema(in, inner, 0, false); text != "unknown" && text != anyObject {
			arguments = text
		}
		w.types.WriteString(t.declarations("    "))
	}
	out, ok := tool.get("outputSchema").(*object)
	if !ok {
		return "ToolTypes<" + arguments + ">"
	}
	t := translate(out, prefix, w.names, false)
	structured := t.schema(out, inner, 0, false)
	data := ""
	if structured == "unknown" {
		structured = "any"
	} else if wrapped, ok := unwrap(t, out); ok {
		data = ", " + wrapped
	}
	w.types.WriteString(t.declarations("    "))
	return "ToolTypes<" + arguments + ", " + structured + data + ">"
}

// unwrap gives the type of a result's data where that isn't the structured
// content: servers put what is no object into the member "result" of one.
func unwrap(t *translation, schema *object) (string, bool) {
	properties := schema.object("properties")
	if properties == nil || len(properties.names) != 1 || !properties.has("result") {
		return "", false
	}
	result, _ := properties.get("result").(*object)
	switch {
	case schema.truth("x-fastmcp-wrap-result") || plain(result):
		return t.schema(properties.get("result"), inner, 0, false), true
	case result.text("type") == "object":
		return "", false
	}
	return "any", true // known only when the result has come
}

// plain tells whether a schema's values are surely no objects.
func plain(schema *object) bool {
	kinds := []string{schema.text("type")}
	if list := schema.list("type"); len(list) > 0 {
		kinds = texts(list)
	}
	return !slices.Contains(kinds, "object") && !slices.Contains(kinds, "")
}

// aboutItem is what a tool or prompt says of itself.
func aboutItem(item *object) []string {
	var parts []string
	title, description := item.text("title"), item.text("description")
	if title == "" {
		title = item.object("annotations").text("title")
	}
	if title != "" && !strings.EqualFold(title, description) && !strings.EqualFold(title, item.text("name")) {
		parts = append(parts, title, "")
	}
	return append(parts, description)
}

func (w *writer) prompts() {
	for _, prompt := range items(w.server.Prompts, "name") {
		if w.prompt.Len() > mostText {
			return
		}
		var b strings.Builder
		for _, argument := range distinct(prompt.list("arguments"), "name") {
			mark := "?"
			if argument.truth("required") {
				mark = ""
			}
			b.WriteString(comment(inner+"  ", aboutItem(argument)...))
			b.WriteString(inner + "  " + property(argument.text("name")) + mark + ": PromptArgument;\n")
		}
		arguments := "{ [key: string]: never }"
		if b.Len() > 0 {
			arguments = "{\n" + b.String() + inner + "}"
		}
		fmt.Fprintf(&w.prompt, "%s%s%s: %s;\n", comment(inner, aboutItem(prompt)...), inner, property(prompt.text("name")), arguments)
	}
}

func (w *writer) resources() {
	var uris []string
	for _, resource := range items(w.server.Resources, "uri") {
		if uri := resource.text("uri"); len(uri) <= 1000 && len(uris) < mostURIs {
			uris = append(uris, quoted(uri))
		}
	}
	w.uris = "never"
	if len(uris) > 0 {
		w.uris = strings.Join(uris, "\n      | ")
	}
}
