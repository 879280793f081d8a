package main

import (
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// rest is longer than a grace period of RCU. Who moves a process between cgroups waits
// for one, unless somebody else did just before (cgroup_threadgroup_rwsem in the
// kernel's cgroup.c): one start straight after the other, each spares the next a wait
// that a container which is started by itself has.
const rest = 100 * time.Millisecond

// starts measures a container from the command's start to its end: /bin/true in
// the same bundle, whose config.json is what `runc spec` writes. It does so on a
// machine at rest, and with one start straight after the other.
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
	for _, c := range []struct {
		how  string
		rest time.Duration
	}{{"at rest", rest}, {"one straight after the other", 0}} {
		cs := b.starters(p, bundle)
		turns(cs, rounds, c.rest)
		b.table(fmt.Sprintf("start to end of /bin/true, the same bundle, %s, %d rounds", c.how, rounds), cs,
			[]budget{{"runc", 0.6, 0.45}, {"crun", 1.5, 1.1}})
		b.printf("\n")
	}
	return nil
}

// starters are those who start the bundle.
func (b *bench) starters(p *private, bundle string) []*contender {
	id := func(tool string, round int) string {
		return fmt.Sprintf("bench-%s-%d-%d", tool, os.Getpid(), round)
	}
	return []*contender{
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
}
