package main

import (
	"strings"
	"testing"
)

func TestNameForm(t *testing.T) {
	for name, right := range map[string]bool{
		"web": true, "0": true, "a_b.c-d": true, strings.Repeat("x", 63): true,
		"": false, ".web": false, "-web": false, "_web": false, "a/b": false, "a b": false, "웹": false, "a웹": false, "a\n": false, strings.Repeat("x", 64): false,
	} {
		if nameForm(name) != right {
			t.Errorf("%q: %v is right", name, right)
		}
	}
}
