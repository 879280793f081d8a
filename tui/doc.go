// Package tui shows a journal's state on a terminal, and asks the gate to go on.
//
// It knows no Linux: everything on the screen is text that a snapshot holds, and
// so a live run, a recording made elsewhere and one that is just being written
// look the same, on any operating system. It imports lessons, runtime/journal
// and runtime/proc, and is the only package that imports Bubble Tea; cmd alone
// imports it.
//
// A frame is a function of (state, size, theme, language). One tea.Model, Model
// in model.go, holds plain structs: the rail of stages, what happens, the panes,
// overlays as a stack. The rectangles come from one pure function in layout.go.
// Update does no I/O: commands and one follower of the journal's file do, and
// send messages.
//
// Begin reading in model.go; then layout.go, frame.go, pane.go. Bubble Tea sends what
// changed of a frame; terminal.go makes less of it. What the screen asks of a run is
// in control.go; every word it says is in text_en.go and text_ko.go, every key in
// keys.go.
package tui
