package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// starts measures a container from the command's start to its end: /bin/true in
// the same bundle, whose config.json is what `runc spec` writes.
func (b *bench) starts(rounds int) error {
	bundle := filepath.Join(b.images, "true-bundle")
	if _, err := os.Stat(bundle); err != nil {
		return fmt.Errorf("there is no bundle: %w", err)
	}
	p, err := newPrivate()
	if err != nil {
		return err
	}
	defer p.close()
	id := func(tool string, round int) string { return fmt.Sprintf("bench-%s-%d-%d", tool, os.Getpid(), round) }
	cs := []*contender{
		{name: "glassbox", args: func(int) []string {
			return []string{b.program, "run", "--quiet", "--network", "none", "bundle:" + bundle}
		}},
		{name: "runc", args: func(r int) []string {
			return []string{"runc", "run", "--bundle", bundle, id("runc", r)}
		}},
		{name: "crun", time: p.timeIt, args: func(r int) []string {
			return []string{"crun", "run", "--bundle", bundle, id("crun", r)}
		}},
	}
	turns(cs, rounds)
	b.table(fmt.Sprintf("start to end of /bin/true, the same bundle, %d rounds", rounds), cs,
		[]budget{{"runc", 0.6, 0.45}, {"crun", 1.5, 1.1}})
	return nil
}
