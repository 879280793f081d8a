package userland

// program is one of the small programs.
type program struct {
	name  string
	usage string // its arguments
	what  string // one line: what it is for
	run   func(args []string) int
}

// programs is the set, in the order of the alphabet. It is plain data, made by
// the linker, so that it costs a process's start nothing.
var programs = [...]program{
	{"[", "EXPRESSION ]", "test a file or compare values", bracket},
	{"arp", "", "show the neighbours table (ip neigh)", arp},
	{"base64", "[-d] [FILE]", "encode or decode base64", base64er},
	{"basename", "PATH [SUFFIX]", "print the last part of a path", basename},
	{"burn", "[N] [DURATION]", "lesson: keep N processors busy, and print how much processor time was got", burn},
	{"caps", "[PID]", "print the capability sets of a process, by name", caps},
	{"cat", "[FILE...]", "print files", cat},
	{"chmod", "[-R] MODE FILE...", "change the mode of files", chmod},
	{"chown", "[-R] [-h] USER[:GROUP] FILE...", "change the owner of files", chown},
	{"chroot", "DIR [CMD [ARG...]]", "run a command with another root directory", chroot},
	{"clear", "", "clear the terminal", clearScreen},
	{"cp", "[-r] SOURCE... DEST", "copy files", cp},
	{"date", "[-u] [-I] [+FORMAT]", "print the time", date},
	{"dd", "if=FILE of=FILE bs=N count=N oflag=direct", "copy blocks", dd},
	{"df", "[-h] [PATH...]", "show how full the file systems are", df},
	{"dirname", "PATH", "print all but the last part of a path", dirname},
	{"dmesg", "", "print the kernel's messages", dmesg},
	{"du", "[-sh] [PATH...]", "show the disk space of directories", du},
	{"eat", "SIZE [--step SIZE] [--every DURATION] [--file PATH] [--hold]", "lesson: eat memory step by step, touching every page", eat},
	{"echo", "[-n] [-e] [WORD...]", "print words", echo},
	{"env", "[-i] [-u NAME] [NAME=VALUE...] [CMD [ARG...]]", "print the environment, or run a command in another one", env},
	{"escape", "[CMD [ARG...]]", "lesson: walk out of a chroot as root can, and run a command there", escape},
	{"false", "", "do nothing, and fail", no},
	{"find", "[PATH] [-name PATTERN] [-type TYPE] [-maxdepth N] [-xdev]", "list a tree of files", find},
	{"forker", "[--max N] [--hold DURATION]", "lesson: fork until the kernel refuses, and say at which count and why", forker},
	{"free", "[-b|-k|-m|-h]", "show the memory of the machine (not of the container)", free},
	{"getent", "passwd|group|hosts [NAME...]", "look a name up", getent},
	{"grep", "[-EFivncqrlow] PATTERN [FILE...]", "print lines that match", grep},
	{"groups", "", "print the names of one's groups", groups},
	{"head", "[-n LINES|-c BYTES] [FILE...]", "print the beginning of files", head},
	{"hostname", "[NAME]", "print or set the host name", hostname},
	{"httpd", "[-p PORT] [DIR]", "serve the files of a directory over HTTP, with an access log; ends on SIGTERM", httpd},
	{"id", "[-u|-g|-G] [-n] [USER]", "print user and groups", id},
	{"ignoreterm", "[DURATION]", "lesson: get SIGTERM, say so, and go on", ignoreterm},
	{"ip", "[-br] [-4|-6] addr|link|route|neigh", "show addresses, interfaces, routes, neighbours", ip},
	{"kill", "[-SIGNAL] PID... | -l", "send a signal", kill},
	{"ln", "[-sf] TARGET NAME", "make links", ln},
	{"ls", "[-laAdhinrRtS1F] [PATH...]", "list directories", ls},
	{"mkdir", "[-p] [-m MODE] DIR...", "make directories", mkdir},
	{"mktemp", "[-d] [TEMPLATE]", "make a temporary file or directory", makeTemp},
	{"mknod", "[-m MODE] NAME b|c|p [MAJOR MINOR]", "make a device node or a pipe", mknod},
	{"mount", "[-t TYPE] [-o OPTIONS] [SOURCE TARGET]", "print the mounts, or mount", mount},
	{"mv", "SOURCE... DEST", "move files", mv},
	{"nc", "[-l] [-p PORT] [-u] [-z] [HOST] [PORT]", "connect standard input and output to the network", nc},
	{"nproc", "", "print how many processors one may run on", nproc},
	{"nslookup", "NAME", "ask the resolver for a name", nslookup},
	{"ping", "[-c COUNT] [-i SECONDS] [-W SECONDS] HOST", "send ICMP echo requests", ping},
	{"printenv", "[NAME...]", "print environment variables", printenv},
	{"printer", "[--rate N] [--count N] [--stderr EVERY] [TEXT]", "lesson: print lines to standard output and error at a rate", printer},
	{"printf", "FORMAT [WORD...]", "print words by a format", printfer},
	{"ps", "[-e] [-f] [-o COLUMNS]", "list processes", ps},
	{"pwd", "", "print the working directory", pwd},
	{"readlink", "[-f] PATH...", "print where links point", readlink},
	{"rm", "[-rf] PATH...", "remove files", rm},
	{"rmdir", "DIR...", "remove empty directories", rmdir},
	{"seq", "[FIRST] LAST", "print numbers", seq},
	{"sha256sum", "[FILE...]", "print SHA-256 digests, as images use them", sha256sum},
	{"sh", "[-c TEXT [NAME [ARG...]]] [-elux] [FILE [ARG...]]", "the shell", sh},
	{"sigs", "[DURATION]", "lesson: print each signal that arrives", sigs},
	{"sleep", "DURATION...", "wait", sleep},
	{"sort", "[-nru] [FILE...]", "sort lines", sortLines},
	{"stat", "[-L] [-c FORMAT] FILE...", "show what the kernel knows of a file", stat},
	{"sync", "", "write what is cached to the disks", syncAll},
	{"tail", "[-n LINES|-c BYTES] [-f] [FILE...]", "print the end of files", tail},
	{"tee", "[-a] FILE...", "copy standard input to files and to standard output", tee},
	{"test", "EXPRESSION", "test a file or compare values", test},
	{"top", "[-n COUNT] [-d SECONDS]", "show processes by processor time", top},
	{"touch", "FILE...", "make files, or set their times to now", touch},
	{"tr", "[-d] SET1 [SET2]", "replace or delete characters", tr},
	{"true", "", "do nothing, successfully", yes},
	{"tryroot", "", "lesson: try what only root may do, and say what the kernel answers", tryroot},
	{"tty", "", "print the terminal's name", tty},
	{"umount", "[-l] TARGET...", "unmount", umount},
	{"uname", "[-asnrvm]", "print the kernel's name and version", uname},
	{"uptime", "", "tell how long the machine has been up, and its load", uptime},
	{"wc", "[-lwc] [FILE...]", "count lines, words, bytes", wc},
	{"wget", "[-q] [-S] [-O FILE] URL", "fetch over HTTP", wget},
	{"which", "NAME...", "print where a program lies", which},
	{"whoami", "", "print one's user name", whoami},
	{"writer", "[--size SIZE] [--block SIZE] [--for DURATION] [--cached] [FILE]", "lesson: write to a disk at full speed, past the page cache, and print MB/s", writer},
	{"xargs", "[-n N] [CMD [ARG...]]", "run a command on words from standard input", xargs},
	{"zombies", "[N] [--hold DURATION]", "lesson: leave N children that have ended and that nobody waits for", zombies},
}

// Names are the names of all programs, in order.
func Names() []string {
	names := make([]string, 0, len(programs))
	for i := range programs {
		names = append(names, programs[i].name)
	}
	return names
}

// Main runs the program called name, the base name of argv[0], and returns its
// exit status; ok is false when there is no such program. As busybox does,
// "glassbox-userland" runs the program that its first argument names.
//
// From here on the process is that program: signals have their default effect,
// which the Go runtime would have changed.
func Main(name string, args []string) (exit int, ok bool) {
	if name == self && len(args) > 0 {
		name, args = args[0], args[1:]
	} else if name == self {
		for i := range programs {
			help(&programs[i])
		}
		return 0, true
	}
	p := lookup(name)
	if p == nil {
		return 0, false
	}
	if len(args) == 1 && args[0] == "--help" && name != "echo" && name != "[" && name != "test" {
		help(p)
		return 0, true
	}
	plainSignals()
	return p.run(args), true
}

// self is the executable's name in the image.
const self = "glassbox-userland"

func lookup(name string) *program {
	for i := range programs {
		if programs[i].name == name {
			return &programs[i]
		}
	}
	return nil
}

func help(p *program) {
	printf("%s: %s\nusage: %s %s\n", p.name, p.what, p.name, p.usage)
}
