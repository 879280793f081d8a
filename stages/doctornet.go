package stages

import (
	"errors"
	"os"
	"os/exec"
	"strings"

	"golang.org/x/sys/unix"

	"glassbox/runtime/kernel"
)

// network: what of the host's own network keeps a container from the world.
func (x *examination) network() {
	if !x.report.Root || Rootless() {
		x.ferries()
		return
	}
	f := Finding{Name: "ip_forward", What: "forwarding of packets", State: Have, Tried: "read net.ipv4.ip_forward, and open it for writing"}
	const file = "/proc/sys/net/ipv4/ip_forward"
	if err := kernel.Writes(file); err != nil && !says(file, "1") {
		f.State, f.Said, f.Lose = Lack, err.Error(), "a container reaches the host and nothing beyond"
		f.Mend = []string{"sysctl -w net.ipv4.ip_forward=1 (on the host, if this is a container)"}
	} else if says(file, "0") {
		f.Said = "it is 0: glassbox sets it to 1 while a container with a bridge runs"
	}
	x.add(f)
	f = Finding{Name: "forward", What: "a firewall that lets containers through", State: Have, Tried: "read the chains that packets are forwarded through"}
	for _, d := range kernel.Droppers(bridgeName) {
		f.State, f.Lose = Lack, "a container reaches the host alone: what is forwarded is dropped"
		f.Said = strings.TrimPrefix(f.Said+"; the chain "+d.Chain+" of the table "+d.Table+" drops", "; ")
		f.Mend = append(f.Mend, d.Mend...)
	}
	x.add(f)
}

// ferries tries the programs that lead out of a user's own network namespace.
func (x *examination) ferries() {
	f := Finding{
		Name: "ferry", What: "slirp4netns or pasta", State: Lack, Tried: "start each with --version",
		Lose: "without root, a container reaches the engine and nothing beyond; published ports work all the same",
		Mend: []string{"apt-get install passt, or slirp4netns"},
	}
	for _, name := range []string{"slirp4netns", "pasta"} {
		out, err := exec.Command(name, "--version").Output()
		line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
		switch {
		case err == nil:
			f.State, f.Lose, f.Mend = Have, "", nil
			f.Said = strings.TrimPrefix(f.Said+"; "+line, "; ")
		case !errors.Is(err, exec.ErrNotFound):
			f.Said = strings.TrimPrefix(f.Said+"; "+name+": "+err.Error(), "; ")
		}
	}
	if f.Said == "" {
		f.Said = "neither is installed"
	}
	x.add(f)
}

// people: is there a terminal at which somebody can let a stage go on.
func (x *examination) people() {
	f := Finding{Name: "tty", What: "a terminal to step at", State: Have, Tried: "open the controlling terminal, /dev/tty"}
	t, err := os.OpenFile("/dev/tty", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		f.State, f.Said = Unused, err.Error()
		f.Lose = "runs don't stop between stages (--auto does, with a delay)"
		f.Mend = []string{"start glassbox from a terminal; docker run -it, ssh -t"}
	} else {
		_ = t.Close()
	}
	x.add(f)
}
