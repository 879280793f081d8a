package stages

import (
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/opencontainers/runtime-spec/specs-go"

	"glassbox/runtime/proc"
	"glassbox/runtime/seccomp"
)

// security puts no_new_privs and the seccomp profile into the spec, as docker's
// --security-opt says.
func security(p *Plan, s *specs.Spec) error {
	profile := ""
	for _, o := range p.Ask.Security {
		name, value, _ := strings.Cut(strings.Replace(o, ":", "=", 1), "=")
		switch name {
		case "no-new-privileges":
			on, err := strconv.ParseBool(cmp.Or(value, "true"))
			if err != nil {
				return fmt.Errorf("--security-opt %s: it can be true or false", o)
			}
			s.Process.NoNewPrivileges = on
		case "seccomp":
			profile = value
		case "apparmor", "label", "systempaths":
			if value != "unconfined" && value != "disable" {
				return fmt.Errorf("--security-opt %s: glassbox sets no %s label; use runc or docker for that", o, name)
			}
			if name == "systempaths" {
				s.Linux.MaskedPaths, s.Linux.ReadonlyPaths = nil, nil
			}
		default:
			return fmt.Errorf("--security-opt %s is not known: no-new-privileges, seccomp=unconfined, seccomp=FILE, systempaths=unconfined", o)
		}
	}
	if p.Without("caps") {
		s.Process.Capabilities = nil
	}
	if p.Ask.Privileged && profile == "" || profile == "unconfined" || p.Without("seccomp") {
		return nil
	}
	if profile != "" {
		return loadProfile(profile, s)
	}
	var caps []string
	if s.Process.Capabilities != nil {
		caps = s.Process.Capabilities.Bounding
	}
	sc, err := seccomp.Default(caps)
	if err != nil {
		return fmt.Errorf("make docker's default seccomp profile: %w", err)
	}
	s.Linux.Seccomp = sc
	return nil
}

func loadProfile(file string, s *specs.Spec) error {
	b, err := readRegular(file, maxConfig, 0)
	if err != nil {
		return fmt.Errorf("read the seccomp profile: %w", err)
	}
	s.Linux.Seccomp = &specs.LinuxSeccomp{}
	if err := json.Unmarshal(b, s.Linux.Seccomp); err != nil {
		return fmt.Errorf("the seccomp profile %s is no JSON of the OCI runtime spec: %w", file, err)
	}
	return nil
}

func allCaps() []string { return proc.Capabilities() }

// capName is a capability's full name, from a short or full one.
func capName(s string) (string, bool) {
	n, ok := proc.CapNumber(s)
	if !ok {
		return "", false
	}
	return proc.CapName(n), true
}
