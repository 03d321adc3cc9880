package engine

// Permissions decide what a script may touch outside of itself.
type Permissions struct{}
