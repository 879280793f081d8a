// Package child is the first process in the container, until execve(2) replaces
// it: glassbox executed again, as runc executes `runc init`.
//
// The engine and the child talk over one socket, a request and a reply at a
// time. Both sides of the protocol:
//
//	engine                                child
//	  Start: clone(2)  ────────────────▶  Serve
//	  Ask("namespaces", args)  ── do ──▶  the stage's Inside half runs
//	    journal              ◀── event ─  each call that it made
//	    gate, if stepping    ◀── gate ──  before each call
//	    what is to be seen   ── do ────▶  observe
//	                         ◀── done ──
//	                         ── go ───▶
//	    files                ◀── fd ────  a terminal's master, with SCM_RIGHTS
//	                         ◀── done ──  or what went wrong
//	  Ask("exec", args)      ── do ───▶
//	                         ◀── exec ──  execve(2) is about to happen
//	    the socket ends: it did           (the socket closes on exec)
//
// Where nobody watches, the events of a half go into a file in memory instead, and
// the engine reads them with the next message, or at the child's end: ledger_linux.go.
//
// unshare(2) and setns(2) move one thread, and /proc/PID/ns shows the first one:
// so Serve must be called on the main thread, locked in an init function.
//
// stages imports it, and stages/inside, which hands it the table of Inside halves; it
// imports kernel, observe and journal. Begin reading in protocol.go.
package child
