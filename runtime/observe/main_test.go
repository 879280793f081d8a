package observe

import (
	"encoding/json"
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"

	"glassbox/runtime/journal"
)

// TestMain lets the test binary be what observes in a container: with OBSERVE set it
// writes one side's values as JSON.
func TestMain(m *testing.M) {
	side := os.Getenv("GLASSBOX_TEST_OBSERVE")
	if side == "" {
		os.Exit(m.Run())
	}
	runtime.LockOSThread()
	var values []journal.Value
	switch side {
	case "self":
		values = Inside(nil)
	case "joined":
		values = Inside([]int{1})
	case "rules":
		text, err := tables()
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		fmt.Print(text)
		os.Exit(0)
	case "time":
		const rounds = 50
		begin := time.Now()
		for range rounds {
			Inside(nil)
		}
		fmt.Println(time.Since(begin).Nanoseconds() / rounds)
		os.Exit(0)
	}
	if err := json.NewEncoder(os.Stdout).Encode(values); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
