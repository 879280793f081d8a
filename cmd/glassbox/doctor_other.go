//go:build !linux

package main

import "glassbox/tui"

// health says that there is no Linux here.
func health() tui.Health { return tui.Health{} }
