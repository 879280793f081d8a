package userland

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

func hostname(args []string) int {
	o, rest, err := getopt(args, "sf", "short=s", "fqdn=f")
	if err != nil || len(rest) > 1 {
		return misuse("hostname", err)
	}
	if len(rest) == 1 {
		if err := unix.Sethostname([]byte(rest[0])); err != nil {
			return complain("hostname", "sethostname: %s", reason(err))
		}
		return 0
	}
	name, err := os.Hostname()
	if err != nil {
		return fail("hostname", err)
	}
	if o.has("s") {
		name, _, _ = strings.Cut(name, ".")
	}
	printf("%s\n", name)
	return 0
}

// uname prints what uname(2) says.
func uname(args []string) int {
	o, rest, err := getopt(args, "asnrvmpio", "all=a")
	if err != nil || len(rest) > 0 {
		return misuse("uname", err)
	}
	var u unix.Utsname
	if err := unix.Uname(&u); err != nil {
		return fail("uname", err)
	}
	if len(o) == 0 {
		o["s"] = []string{""}
	}
	var words []string
	for _, f := range []struct {
		name, value string
		all         bool
	}{
		{"s", unix.ByteSliceToString(u.Sysname[:]), true},
		{"n", unix.ByteSliceToString(u.Nodename[:]), true},
		{"r", unix.ByteSliceToString(u.Release[:]), true},
		{"v", unix.ByteSliceToString(u.Version[:]), true},
		{"m", unix.ByteSliceToString(u.Machine[:]), true},
		{"p", "unknown", false},
		{"i", "unknown", false},
		{"o", "GNU/Linux", true},
	} {
		if o.has(f.name) || f.all && o.has("a") {
			words = append(words, f.value)
		}
	}
	printf("%s\n", strings.Join(words, " "))
	return 0
}

// date prints the time; the directives are those of strftime(3) in common use.
func date(args []string) int {
	o, rest, err := getopt(args, "uIRd:", "utc=u", "iso-8601=I", "rfc-email=R", "date:=d")
	if err != nil || len(rest) > 1 {
		return misuse("date", err)
	}
	t := time.Now()
	if at, ok := strings.CutPrefix(o.get("d", ""), "@"); ok {
		sec, err := strconv.ParseInt(at, 10, 64)
		if err != nil {
			return complain("date", "invalid date '%s'", o.get("d", ""))
		}
		t = time.Unix(sec, 0)
	} else if o.has("d") {
		return complain("date", "invalid date '%s': only @SECONDS is known", o.get("d", ""))
	}
	if o.has("u") {
		t = t.UTC()
	}
	format := "%a %b %e %H:%M:%S %Z %Y"
	switch {
	case o.has("I"):
		format = "%Y-%m-%d"
	case o.has("R"):
		format = "%a, %d %b %Y %H:%M:%S %z"
	case len(rest) == 1 && strings.HasPrefix(rest[0], "+"):
		format = rest[0][1:]
	case len(rest) == 1:
		return complain("date", "cannot set the time: the clock is the machine's, not the container's")
	}
	printf("%s\n", strftime(t, format))
	return 0
}

func strftime(t time.Time, format string) string {
	layouts := map[byte]string{
		'Y': "2006", 'm': "01", 'd': "02", 'H': "15", 'M': "04", 'S': "05", 'F': "2006-01-02", 'T': "15:04:05",
		'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'e': "_2", 'y': "06", 'I': "03", 'p': "PM",
		'Z': "MST", 'z': "-0700", 'j': "002", 'D': "01/02/06", 'R': "15:04", 'h': "Jan",
	}
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		i++
		switch c := format[i]; {
		case layouts[c] != "":
			b.WriteString(t.Format(layouts[c]))
		case c == 's':
			b.WriteString(strconv.FormatInt(t.Unix(), 10))
		case c == 'N':
			_, _ = fmt.Fprintf(&b, "%09d", t.Nanosecond())
		case c == 'u':
			b.WriteString(strconv.Itoa((int(t.Weekday())+6)%7 + 1))
		case c == 'n':
			b.WriteByte('\n')
		case c == 't':
			b.WriteByte('\t')
		case c == '%':
			b.WriteByte('%')
		default:
			b.WriteByte('%')
			b.WriteByte(c)
		}
	}
	return b.String()
}

func uptime([]string) int {
	up, err := running()
	if err != nil {
		return fail("uptime", err)
	}
	load, _ := os.ReadFile("/proc/loadavg")
	minutes := int(up / time.Minute)
	age := fmt.Sprintf("%d min", minutes)
	if minutes >= 60 {
		age = fmt.Sprintf("%2d:%02d", minutes/60%24, minutes%60)
	}
	if days := minutes / 1440; days == 1 {
		age = "1 day, " + age
	} else if days > 1 {
		age = fmt.Sprintf("%d days, %s", days, age)
	}
	printf(" %s up %s,  load average: %s\n", time.Now().Format("15:04:05"), age, firstThree(load))
	return 0
}

// dmesg prints the kernel's messages, which a container may not read as a rule.
func dmesg([]string) int {
	size, err := unix.Klogctl(unix.SYSLOG_ACTION_SIZE_BUFFER, nil)
	buf := make([]byte, max(size, 1<<20))
	n := 0
	if err == nil {
		n, err = unix.Klogctl(unix.SYSLOG_ACTION_READ_ALL, buf)
	}
	if err != nil {
		return complain("dmesg", "read kernel buffer failed: %s", reason(err))
	}
	w, done := out()
	for line := range strings.Lines(string(buf[:n])) {
		if i := strings.IndexByte(line, '>'); i >= 0 && line[0] == '<' {
			line = line[i+1:]
		}
		_, _ = w.WriteString(line)
	}
	return done()
}
