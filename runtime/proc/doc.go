// Package proc parses the text that the kernel writes: files below /proc, files
// of control groups, and the JSON of `ip -j`, in which the journal keeps netlink
// dumps.
//
// Every parser is a pure function of bytes, builds on any system, and never
// panics: a recording may come from another kernel or from a stranger. Lines and
// fields that a parser does not know are passed over. A parser that returns an
// error returns with it all that it understood.
//
// Everybody may import this package; it imports the standard library alone.
// Begin reading in mount.go and status.go; files of control groups are in
// flat.go, device.go, limit.go and pressure.go, networks in ip.go.
package proc
