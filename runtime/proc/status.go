package proc

import "strings"

// Field is one line "Key: value" of a file, in the order of the file.
type Field struct{ Key, Value string }

// Status is /proc/PID/status, the fields that tell about a container. Numbers
// that the file does not have are 0; Fields has all of the file. See
// proc_pid_status(5).
type Status struct {
	Name  string // the command, at most 15 bytes, escaped as the kernel does
	Umask string // in base 8: 0022
	State string // R (running), S (sleeping), Z (zombie) …
	Tgid  int
	Pid   int // in the pid namespace of the /proc that was read
	PPid  int // 0 where the parent is outside of that namespace
	NSpid []int

	UID, GID [4]int // real, effective, saved, file system; as mapped for the reader
	Groups   []int
	Threads  int
	RSS      int // KiB; 0 of a kernel thread or a zombie

	CapInh, CapPrm, CapEff, CapBnd, CapAmb uint64 // bit n is capability n: see CapNames
	SigBlk, SigIgn, SigCgt                 uint64 // bit n is signal n+1: see SignalNames
	SigPnd, ShdPnd                         uint64

	NoNewPrivs     bool
	Seccomp        int // 0 off, 1 strict, 2 filter
	SeccompFilters int

	Fields []Field
}

// ParseStatus reads /proc/PID/status.
func ParseStatus(b []byte) Status {
	var s Status
	for line := range lines(b) {
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		s.Fields = append(s.Fields, Field{key, value})
		if !s.identity(key, value) {
			s.rights(key, value)
		}
	}
	return s
}

// Get returns a field by its name as the file has it.
func (s *Status) Get(key string) (string, bool) {
	for _, f := range s.Fields {
		if f.Key == key {
			return f.Value, true
		}
	}
	return "", false
}

func (s *Status) identity(key, value string) bool {
	switch key {
	case "Name":
		s.Name = value
	case "Umask":
		s.Umask = value
	case "State":
		s.State = value
	case "Tgid":
		s.Tgid = number(value)
	case "Pid":
		s.Pid = number(value)
	case "PPid":
		s.PPid = number(value)
	case "NSpid":
		s.NSpid = numbers(value)
	case "Uid":
		copy(s.UID[:], numbers(value))
	case "Gid":
		copy(s.GID[:], numbers(value))
	case "Groups":
		s.Groups = numbers(value)
	case "Threads":
		s.Threads = number(value)
	case "VmRSS":
		s.RSS = number(strings.TrimSuffix(value, "kB"))
	default:
		return false
	}
	return true
}

func (s *Status) rights(key, value string) {
	switch key {
	case "CapInh":
		s.CapInh = mask(value)
	case "CapPrm":
		s.CapPrm = mask(value)
	case "CapEff":
		s.CapEff = mask(value)
	case "CapBnd":
		s.CapBnd = mask(value)
	case "CapAmb":
		s.CapAmb = mask(value)
	case "SigBlk":
		s.SigBlk = mask(value)
	case "SigIgn":
		s.SigIgn = mask(value)
	case "SigCgt":
		s.SigCgt = mask(value)
	case "SigPnd":
		s.SigPnd = mask(value)
	case "ShdPnd":
		s.ShdPnd = mask(value)
	case "NoNewPrivs":
		s.NoNewPrivs = value == "1"
	case "Seccomp":
		s.Seccomp = number(value)
	case "Seccomp_filters":
		s.SeccompFilters = number(value)
	}
}

func numbers(s string) []int {
	var list []int
	for _, f := range strings.Fields(s) {
		list = append(list, number(f))
	}
	return list
}
