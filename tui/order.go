package tui

import (
	"maps"
	"slices"
	"strings"
)

// sorted are a map's keys in their order.
func sorted[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// squeeze makes one blank of each run of them.
func squeeze(s string) string { return strings.Join(strings.Fields(s), " ") }
