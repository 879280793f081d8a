package userland

import (
	"fmt"
	"os"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

// epoch is the time of every file and of every step of the image: the same
// executable gives the same digests on every machine.
var epoch = time.Unix(1_700_000_000, 0).UTC()

// Image makes the demo image out of exe, the path of a Linux executable whose
// main function asks Main first: this program's own, as a rule. The executable
// becomes /bin/glassbox-userland, and each of Names a link to it.
//
// The file is read once, to learn its digest; afterwards the base layer's bytes
// come from the file each time they are asked for, so that the image takes no
// memory to speak of. It stays open as long as the image is in use.
//
// Manifest and config follow the OCI image specification 1.1.
func Image(exe string) (v1.Image, error) {
	f, err := os.Open(exe)
	if err != nil {
		return nil, fmt.Errorf("make the demo image: %w", err)
	}
	arch, err := machine(f)
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("make the demo image from %s: %w", exe, err)
	}
	img, err := assemble(f, arch)
	if err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("make the demo image from %s: %w", exe, err)
	}
	return img, nil
}

// assemble stacks the layers and adds the config.
func assemble(exe *os.File, arch string) (v1.Image, error) {
	img := mutate.MediaType(empty.Image, types.OCIManifestSchema1)
	img = mutate.ConfigMediaType(img, types.OCIConfigJSON)
	for _, step := range steps(arch) {
		layer, err := step.layer(exe)
		if err != nil {
			return nil, fmt.Errorf("layer %q: %w", step.by, err)
		}
		img, err = mutate.Append(img, mutate.Addendum{Layer: layer, History: past(step.by, false)})
		if err != nil {
			return nil, fmt.Errorf("layer %q: %w", step.by, err)
		}
	}
	file, err := img.ConfigFile()
	if err != nil {
		return nil, err
	}
	file = file.DeepCopy()
	configure(file, arch)
	return mutate.ConfigFile(img, file)
}

// configure fills in what a container of the image starts as.
func configure(file *v1.ConfigFile, arch string) {
	file.Architecture = arch
	file.OS = "linux"
	file.Author = "glassbox"
	file.Created = v1.Time{Time: epoch}
	file.Config = v1.Config{
		Entrypoint: []string{"/app/entrypoint.sh"},
		Cmd:        []string{"httpd", "-p", "8080", "/app/www"},
		Env: []string{
			"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
			"GREETING=Hello from inside the container.",
		},
		User:         "demo",
		WorkingDir:   "/app",
		ExposedPorts: map[string]struct{}{"8080/tcp": {}},
		StopSignal:   "SIGTERM",
		Labels: map[string]string{
			"org.opencontainers.image.title":       "glassbox demo",
			"org.opencontainers.image.description": "A small web server and the tools to look around it.",
			"org.opencontainers.image.version":     "2",
		},
	}
	for _, by := range []string{
		`ENV PATH GREETING`, `LABEL org.opencontainers.image.title="glassbox demo"`, `USER demo`, `WORKDIR /app`,
		`EXPOSE 8080/tcp`, `ENTRYPOINT ["/app/entrypoint.sh"]`, `CMD ["httpd" "-p" "8080" "/app/www"]`,
	} {
		file.History = append(file.History, past(by, true))
	}
}

func past(by string, empty bool) v1.History {
	return v1.History{Created: v1.Time{Time: epoch}, CreatedBy: by, EmptyLayer: empty}
}
