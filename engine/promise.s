// Functions without a body, linked to those of another package, want an assembly
// file in theirs, though an empty one.
