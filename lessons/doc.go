// Package lessons is lessons as data: their format, their loader and checker, and
// the player that ties a lesson to a run.
//
// A lesson is one Markdown file a language: lessons/NN-NAME/en.md and ko.md. YAML
// front matter says what it needs and what is run; each `##` is a step; fenced
// blocks whose info string begins with a known word are what the program
// understands: stop, look, predict, do, check, solve, hint, note, timing. What
// they take is in step.go, field by field; `glassbox lesson new` writes a file that
// says it to an author, `glassbox lesson schema` says it to an editor.
//
// Files come from strangers. Loading one runs nothing, reads nothing beside it but
// its recording, and is bounded in size, steps and depth; every fault names its
// file and line.
//
// tui and cmd import this package; of ours it imports journal and proc alone, and
// it builds on every operating system. What a lesson asks of the machine is the
// interface Machine, which cmd implements over stages.
//
// Begin reading in lesson.go and step.go (the format), then load.go; player.go
// plays, prove.go plays with no person and tells whether the lesson is true.
package lessons
