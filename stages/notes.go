package stages

import (
	"strings"

	"glassbox/runtime/kernel"
)

// tell says what a person should know of what was done.
func (r *Run) tell(k *kernel.Kernel, forwards bool) {
	if forwards {
		k.Note("info", "ip-forward", "net.ipv4.ip_forward was 0 and is 1 now: the host forwards packets between all its interfaces until the last container of glassbox has gone. Of the sysctls that the host had before it is the one that is changed.")
	}
	var list []string
	for _, p := range r.net.ports {
		list = append(list, p.String())
	}
	if len(list) > 0 {
		k.Note("info", "published", "Published: "+strings.Join(list, ", ")+".", "ports", strings.Join(list, " "))
	}
	if _, instead, err := resolvConf(r.Plan); err == nil && instead {
		k.Note("info", "dns-default", "The host's name servers can't be reached from a container (they are on a loopback address or IPv6): 8.8.8.8 and 8.8.4.4 are asked instead, as docker does. --dns names others.")
	}
	if k.IsHeld() {
		return
	}
	for _, d := range kernel.Droppers(bridgeName) {
		k.Note("warning", "forward-drop", "The host drops what it forwards (chain "+d.Chain+" of the table "+d.Table+"), so the container reaches the host alone. To let it through, type: "+
			strings.Join(d.Mend, "; "), "chain", d.Chain, "table", d.Table, "type", strings.Join(d.Mend, "\n"))
	}
}

// lacking adds what still works on a kernel that can't do this.
func lacking(k *kernel.Kernel, err error) error {
	if kernel.Lacks(err) {
		k.Note("warning", "network-lacks", "This kernel lacks a part of the bridge network. --network none and --network host need nothing of it; `glassbox doctor` says what is missing.")
	}
	return err
}
