package seccomp

import (
	"fmt"

	"github.com/moby/profiles/seccomp"
	"github.com/opencontainers/runtime-spec/specs-go"
)

// Default is docker's default profile for a container whose bounding set has the
// named capabilities (CAP_SYS_ADMIN …), on this kernel and architecture: rules that
// docker makes depend on them are in or out.
func Default(caps []string) (*specs.LinuxSeccomp, error) {
	spec := specs.Spec{Process: &specs.Process{Capabilities: &specs.LinuxCapabilities{Bounding: caps}}}
	profile, err := seccomp.GetDefaultProfile(&spec)
	if err != nil {
		return nil, fmt.Errorf("make docker's default seccomp profile: %w", err)
	}
	return profile, nil
}
