// Package systemd asks systemd, over D-Bus, for what it gives a container where it is
// PID 1 of the host: a scope, whose cgroup it hands over.
//
//	stages ──▶ Start(k, Scope) ──▶ StartTransientUnit ──▶ JobRemoved
//
// The call goes through a kernel.Kernel, as all that a run does, and so is in the
// journal; its inverse ("stopunit") is registered there. Begin reading in unit_linux.go.
package systemd
