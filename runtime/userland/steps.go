package userland

import (
	"archive/tar"
	_ "embed" // The files of the image lie in demo.
	"os"
	"strings"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// The files of the demo image.
var (
	//go:embed demo/passwd
	passwdFile string
	//go:embed demo/group
	groupFile string
	//go:embed demo/os-release
	releaseFile string
	//go:embed demo/entrypoint.sh
	entrypointFile string
	//go:embed demo/README
	readmeFile string
	//go:embed demo/index-1.html
	indexFile1 string
	//go:embed demo/index-2.html
	indexFile2 string
	//go:embed demo/logo.txt
	logoFile string
)

// step is one layer: how its history names it, and what makes it.
type step struct {
	by    string
	layer func(exe *os.File) (v1.Layer, error)
}

// steps are the layers of the demo image, lowest first.
func steps(arch string) []step {
	packed := func(fill func(a *archive), pack func([]byte) (v1.Layer, error)) func(*os.File) (v1.Layer, error) {
		return func(*os.File) (v1.Layer, error) {
			a := newArchive()
			fill(a)
			tar, err := a.done()
			if err != nil {
				return nil, err
			}
			return pack(tar)
		}
	}
	return []step{
		{"COPY base / # the programs, users, directories", base},
		{"COPY app /app # a web server's files", packed(func(a *archive) { app(a, arch) }, gzipLayer)},
		{"RUN cp index.html /app/www/ && rm /app/README # replaces one file, deletes another", packed(update, gzipLayer)},
		{"RUN rm -r /app/old && mkdir /app/old && cp plan-c.txt /app/old/ # hides a directory's old content", packed(renew, zstdLayer)},
	}
}

// base is the lowest layer: the executable, a link to it for each program, and
// what a system needs to look like one.
func base(exe *os.File) (v1.Layer, error) {
	a := newArchive()
	a.dir(0o755, "app", "bin", "dev", "etc", "home")
	a.entry(&tar.Header{Typeflag: tar.TypeDir, Name: "home/demo/", Mode: 0o700, Uid: 1000, Gid: 1000, Uname: "demo", Gname: "demo"}, "")
	a.dir(0o555, "proc")
	a.dir(0o700, "root")
	a.dir(0o755, "run")
	a.dir(0o555, "sys")
	a.dir(0o1777, "tmp")
	a.dir(0o755, "usr", "usr/bin", "var", "var/log")
	a.dir(0o1777, "var/tmp")
	a.file("etc/passwd", 0o644, passwdFile)
	a.file("etc/group", 0o644, groupFile)
	a.file("etc/os-release", 0o644, releaseFile)
	a.executable("bin/glassbox-userland", exe)
	for _, name := range Names() {
		a.symlink("bin/"+name, "glassbox-userland")
	}
	if _, err := a.done(); err != nil {
		return nil, err
	}
	return plainLayer(a, exe)
}

// app is the application's first version, with one each of what unpacking has to
// keep: a setuid bit, a file capability, a hard link, an owner.
func app(a *archive, arch string) {
	a.dir(0o755, "app")
	a.file("app/README", 0o644, readmeFile)
	a.file("app/entrypoint.sh", 0o755, entrypointFile)
	a.entry(&tar.Header{Typeflag: tar.TypeDir, Name: "app/data/", Mode: 0o2775, Uid: 1000, Gid: 800, Uname: "demo", Gname: "web"}, "")
	a.dir(0o755, "app/old")
	a.file("app/old/plan-a.txt", 0o644, "Plan A: deploy on Friday.\n")
	a.file("app/old/plan-b.txt", 0o600, "Plan B: do not.\n")
	a.dir(0o755, "app/www")
	a.file("app/www/index.html", 0o644, indexFile1)
	a.file("app/www/logo.txt", 0o644, logoFile)
	a.hardlink("app/www/logo-copy.txt", "app/www/logo.txt")
	a.dir(0o755, "usr", "usr/bin")
	a.file("usr/bin/asroot", 0o4755, asroot(arch))
	a.entry(&tar.Header{
		Typeflag: tar.TypeReg, Name: "usr/bin/mystatus", Mode: 0o755,
		PAXRecords: map[string]string{"SCHILY.xattr.security.capability": bindService()},
	}, mystatus(arch))
}

// update replaces one file and deletes another.
func update(a *archive) {
	a.dir(0o755, "app")
	a.whiteout("app/.wh.README")
	a.dir(0o755, "app/www")
	a.file("app/www/index.html", 0o644, indexFile2)
}

// renew makes a directory anew: nothing that lower layers have in it shows.
func renew(a *archive) {
	a.dir(0o755, "app", "app/old")
	a.whiteout("app/old/.wh..wh..opq")
	a.file("app/old/plan-c.txt", 0o644, "Plan C: rehearse, then deploy.\n")
}

// bindService is CAP_NET_BIND_SERVICE as the value of security.capability, permitted and
// effective: struct vfs_cap_data of linux/capability.h, version 2.
func bindService() string {
	return "\x01\x00\x00\x02" + "\x00\x04\x00\x00" + strings.Repeat("\x00", 12)
}
