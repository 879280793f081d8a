// Package journal is the record of one run: the ordered events of a container's
// start, and the only thing that a view ever reads.
//
// A journal is a file of JSON lines. The first line is the Header, every other
// one an Event. A live run, a recording and an export are the same to a reader:
// it opens the file, reads what is there, and, while the run lives, waits for
// the writer's signal to read on. Emitting never waits for a view.
//
// Everybody may import this package; it imports the standard library alone.
// Begin reading in event.go; the writer is in writer.go, the reader in reader.go,
// the fold of events into what a view shows in state.go; index.go opens a journal of
// any length at once and goes to any place in it.
package journal
