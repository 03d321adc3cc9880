// Package stdlib is what scripts expect besides MCP: the web's globals, the
// modules of node's that people use, and our own extras in the module "mcpjs".
// Each file is one module.
package stdlib

import (
	_ "embed"
	"strings"
	"sync"

	"mcpjs/engine"
)

//go:embed exports.txt
var exportsText string

// exportNames are the names that each module exports, by its name.
var exportNames = sync.OnceValue(func() map[string][]string {
	names := map[string][]string{}
	for line := range strings.Lines(exportsText) {
		module, list, _ := strings.Cut(line, ":")
		names[module] = strings.Fields(list)
	}
	return names
})

// Modules are all of the package's modules.
func Modules() []engine.Module {
	modules := all()
	for i := range modules {
		name := modules[i].Name
		modules[i].Exports = func() []string { return exportNames()[name] }
	}
	return modules
}

func all() []engine.Module {
	return []engine.Module{
		console,
		timers,
		event,
		buffer,
		processGlobal,
		clone,
		performance,
		text,
		crypto,
		urls,
		streams,
		blob,
		fetch,
		intl,
		mcpjs,
		files,
		filesPromises,
		events,
		nodeStream,
		streamPromises,
		stringDecoder,
		paths,
		pathPosix,
		pathWin32,
		system,
		childProcess,
		utilities,
		utilityTypes,
		assertions,
		strictAssertions,
		readline,
		readlinePromises,
		querystring,
		timersModule,
		timersPromises,
		testModule,
		asyncHooks,
		moduleModule,
		tty,
		diagnosticsChannel,
		constantsModule,
		zlibModule,
		workerThreads,
	}
}
