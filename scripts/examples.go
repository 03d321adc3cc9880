package scripts

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
)

// exampleFiles are the scripts that come with mcpjs.
//
//go:embed examples/*.ts
var exampleFiles embed.FS

// ExamplesCommand is `mcpjs examples`.
func ExamplesCommand(opts Options) *cobra.Command {
	var dir string
	c := &cobra.Command{
		Use:   "examples [flags] [NAME...]",
		Short: "List, show or save example scripts",
		Long: `List the example scripts that are in the binary, or show those that are named.
With --write they are saved in a directory, all of them or those that are named;
files that are there already are left alone.`,
		Example: `  mcpjs examples
  mcpjs examples links
  mcpjs examples fanout | mcpjs run -
  mcpjs examples --write ./examples`,
		RunE: func(c *cobra.Command, args []string) error {
			entries, err := exampleFiles.ReadDir("examples")
			if err != nil {
				return err
			}
			var names []string
			for _, e := range entries {
				names = append(names, e.Name())
			}
			chosen := names
			if len(args) > 0 {
				chosen = nil
			}
			for _, arg := range args {
				i := slices.IndexFunc(names, func(name string) bool { return name == arg || exampleName(name) == arg })
				if i < 0 {
					return fmt.Errorf("there is no example %q; mcpjs examples lists them", arg)
				}
				chosen = append(chosen, names[i])
			}
			for i, name := range chosen {
				text, err := exampleFiles.ReadFile("examples/" + name)
				if err != nil {
					return err
				}
				switch {
				case c.Flags().Changed("write"):
					if err := writeExample(opts, filepath.Join(dir, name), text); err != nil {
						return &Failure{Code: ExitThrew, Text: "mcpjs: " + err.Error() + "\n"}
					}
				case len(args) > 0:
					if i > 0 {
						fmt.Fprintln(opts.Stdout)
					}
					fmt.Fprintf(opts.Stdout, "%s", text)
				default:
					fmt.Fprintf(opts.Stdout, "%-14s %s\n", exampleName(name), firstSentence(string(text)))
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&dir, "write", "", "save them in `DIRECTORY`, which is made if need be")
	return c
}

// exampleName is what a file is called on the command line.
func exampleName(file string) string {
	return strings.TrimSuffix(strings.TrimSuffix(file, ".ts"), ".test")
}

// writeExample saves a file, unless there is one.
func writeExample(opts Options, path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return fmt.Errorf("write examples: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, fs.ErrExist) {
		fmt.Fprintf(opts.Stderr, "%s is there already\n", path)
		return nil
	}
	if err == nil {
		_, err = f.Write(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		return fmt.Errorf("write examples: %w", err)
	}
	fmt.Fprintln(opts.Stdout, path)
	return nil
}

// firstSentence is what the comment at the top of a script begins with.
func firstSentence(text string) string {
	var words []string
	for line := range strings.Lines(text) {
		comment, ok := strings.CutPrefix(line, "//")
		if !ok || strings.TrimSpace(comment) == "" {
			break
		}
		words = append(words, strings.Fields(comment)...)
	}
	for i, word := range words {
		if strings.HasSuffix(word, ".") || strings.HasSuffix(word, ":") {
			return strings.TrimRight(strings.Join(words[:i+1], " "), ".:")
		}
	}
	return strings.Join(words, " ")
}
