// Package stdlib is what scripts expect besides MCP: the web's globals, the
// modules of node's that people use, and our own extras in the module "mcpjs".
// Each file is one module.
package stdlib

import "mcpjs/engine"

// Modules are all of the package's modules.
func Modules() []engine.Module {
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
		mcpjs,
	}
}
