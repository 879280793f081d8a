package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// engineRSS is the budget of the engine's memory while it pulls, in bytes.
const engineRSS = 64 << 20

// pulls measures an image of 265 MB in 19,500 files on its way from a registry on
// loopback to folders on tmpfs. (On ext4, unpacking right after a similar tree
// was removed takes five times as long.) zcat | tar reads the same layers from
// files: it is the bound, not a rival.
func (b *bench) pulls(rounds int) error {
	if b.registry == "" {
		return fmt.Errorf("there is no registry: GLASSBOX_TEST_REGISTRY is empty")
	}
	blobs, err := layers(filepath.Join(b.images, "big"))
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("/dev/shm", "glassbox-bench-")
	if err != nil {
		return fmt.Errorf("a folder on tmpfs: %w", err)
	}
	tidy := func(int) { _ = os.RemoveAll(filepath.Join(dir, "work")) }
	defer func() { _ = os.RemoveAll(dir) }()
	work := filepath.Join(dir, "work")
	var tar strings.Builder
	for i, blob := range blobs {
		fmt.Fprintf(&tar, "mkdir -p %[1]s/%[2]d; zcat %[3]s | tar -x -C %[1]s/%[2]d & ", work, i, blob)
	}
	ref := b.registry + "/big:latest"
	cs := []*contender{
		{name: "glassbox", after: tidy, args: func(int) []string {
			return []string{b.program, "run", "--root", work, "--quiet", "--until", "unpack", ref}
		}},
		{name: "podman pull", after: tidy, args: func(int) []string { // it mounts its store: privately
			return []string{
				"unshare", "-m", "podman", "--root", work + "/root", "--runroot", work + "/run",
				"--storage-driver", "overlay", "pull", "-q", "--tls-verify=false", ref,
			}
		}},
		{name: "zcat | tar", after: tidy, args: func(int) []string {
			return []string{"sh", "-c", tar.String() + "wait"}
		}},
	}
	turns(cs, rounds, 0)
	b.table(fmt.Sprintf("pull and unpack, %d layers, onto tmpfs, %d rounds", len(blobs), rounds), cs,
		[]budget{{"podman pull", 0.35, 0}, {"zcat | tar", 1.25, 0}})
	if cs[0].broken == "" {
		rss := middle(cs[0].all).RSS
		b.printf("the engine's memory\t%.1f MiB\t\t\t\t< %d MiB %s\n", float64(rss)/(1<<20), engineRSS>>20, verdict(rss < engineRSS))
	}
	return nil
}

// layers returns the files of an OCI layout's layers, the base first.
func layers(layout string) ([]string, error) {
	type descriptor struct{ Digest string }
	var index struct{ Manifests []descriptor }
	if err := readJSON(filepath.Join(layout, "index.json"), &index); err != nil {
		return nil, err
	}
	if len(index.Manifests) == 0 {
		return nil, fmt.Errorf("%s has no manifest", layout)
	}
	blob := func(d descriptor) string {
		return filepath.Join(layout, "blobs", strings.Replace(d.Digest, ":", "/", 1))
	}
	var manifest struct{ Layers []descriptor }
	if err := readJSON(blob(index.Manifests[0]), &manifest); err != nil {
		return nil, err
	}
	files := make([]string, 0, len(manifest.Layers))
	for _, l := range manifest.Layers {
		files = append(files, blob(l))
	}
	return files, nil
}

func readJSON(name string, v any) error {
	text, err := os.ReadFile(name)
	if err != nil {
		return fmt.Errorf("the benchmark's image: %w", err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		return fmt.Errorf("the benchmark's image: %s: %w", name, err)
	}
	return nil
}
