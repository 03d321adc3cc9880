package stdlib

import "mcpjs/engine"

func isBlob(rt *engine.Runtime, v engine.Value) bool { return false }
