//go:build planted
// in stages.

package stages

import (
	"os"
	"testing"
)

func TestSetUp(t *testing.T) {
	if err := os.Mkdir("x", 0o755); err != nil {
		t.Fatal(err)
	}
}
