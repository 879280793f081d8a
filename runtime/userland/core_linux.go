package userland

import (
	"errors"
	"flag"

	"github.com/u-root/u-root/pkg/core"
	"github.com/u-root/u-root/pkg/core/base64"
	coremkdir "github.com/u-root/u-root/pkg/core/mkdir"
	"github.com/u-root/u-root/pkg/core/mktemp"
	"github.com/u-root/u-root/pkg/core/shasum"
	coretouch "github.com/u-root/u-root/pkg/core/touch"
	corexargs "github.com/u-root/u-root/pkg/core/xargs"
)

// What u-root's core has, and does as a learner expects it. Its rm -f hides
// refusals, its chmod knows no setuid bit, its mv no second file system, its cat stops at the first
// file that isn't there, its ls
// looks like no other ls: those are our own.

func base64er(args []string) int { return uroot("base64", base64.New(), args) }
func mkdir(args []string) int    { return uroot("mkdir", coremkdir.New(), args) }
func makeTemp(args []string) int { return uroot("mktemp", mktemp.New(), args) }
func sha256sum(args []string) int {
	return uroot("sha256sum", shasum.New(), append([]string{"-a", "256"}, args...))
}
func touch(args []string) int { return uroot("touch", coretouch.New(), args) }
func xargs(args []string) int { return uroot("xargs", corexargs.New(), args) }

func uroot(name string, c core.Command, args []string) int {
	err := c.Run(args...)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	}
	return fail(name, err)
}
