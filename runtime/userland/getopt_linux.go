package userland

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// opts are the options of a command line, by name: a letter or a long word.
type opts map[string][]string

// getopt splits args into options and operands, as getopt_long(3). letters are
// the one-letter options, each with a colon behind it if it takes a value; words
// are the long ones, "hold", "size:" or "lines:=n", which is another name for -n.
// Options may stand after operands, unless letters begin with "+".
func getopt(args []string, letters string, words ...string) (opts, []string, error) {
	o := opts{}
	letters, strict := strings.CutPrefix(letters, "+")
	var rest []string
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return o, append(rest, args[i+1:]...), nil
		case strings.HasPrefix(arg, "--"):
			n, err := o.word(arg[2:], args[i+1:], words)
			if err != nil {
				return nil, nil, err
			}
			i += n
		case len(arg) > 1 && arg[0] == '-':
			n, err := o.cluster(arg[1:], args[i+1:], letters)
			if err != nil {
				return nil, nil, err
			}
			i += n
		case strict:
			return o, append(rest, args[i:]...), nil
		default:
			rest = append(rest, arg)
		}
	}
	return o, rest, nil
}

// word takes one long option; n is how many of the next arguments it used.
func (o opts) word(arg string, next, words []string) (n int, err error) {
	name, value, has := strings.Cut(arg, "=")
	for _, w := range words {
		long, short, _ := strings.Cut(w, "=")
		long, takes := strings.CutSuffix(long, ":")
		if long != name {
			continue
		}
		if short != "" {
			name = short
		}
		if takes && !has {
			if len(next) == 0 {
				return 0, fmt.Errorf("option '--%s' requires an argument", long)
			}
			value, n = next[0], 1
		}
		o[name] = append(o[name], value)
		return n, nil
	}
	return 0, fmt.Errorf("unrecognized option '--%s'", name)
}

// cluster takes letters that stand behind one dash.
func (o opts) cluster(arg string, next []string, letters string) (n int, err error) {
	for i, c := range arg {
		at := strings.IndexRune(letters, c)
		if at < 0 || c == ':' {
			return 0, fmt.Errorf("invalid option -- '%c'", c)
		}
		if at+1 >= len(letters) || letters[at+1] != ':' {
			o[string(c)] = append(o[string(c)], "")
			continue
		}
		value := arg[i+1:]
		if value == "" {
			if len(next) == 0 {
				return 0, fmt.Errorf("option requires an argument -- '%c'", c)
			}
			value, n = next[0], 1
		}
		o[string(c)] = append(o[string(c)], value)
		return n, nil
	}
	return 0, nil
}

// has tells whether the option was given.
func (o opts) has(name string) bool { return len(o[name]) > 0 }

// get is the option's last value, or def.
func (o opts) get(name, def string) string {
	if v := o[name]; len(v) > 0 {
		return v[len(v)-1]
	}
	return def
}

// number is the option's value as a whole number, or def.
func (o opts) number(name string, def int64) (int64, error) {
	if !o.has(name) {
		return def, nil
	}
	return size(o.get(name, ""))
}

// span is the option's value as a duration, or def.
func (o opts) span(name string, def time.Duration) (time.Duration, error) {
	if !o.has(name) {
		return def, nil
	}
	return duration(o.get(name, ""))
}

// size reads a number of bytes: 600, 600K, 600Ki, 600M, 600MiB. A bare K, M or G
// is a power of two, as dd and head have it, and so is Ki; KB is a thousand.
func size(s string) (int64, error) {
	digits := strings.TrimRight(s, "KMGTkmgtiBb")
	n, err := strconv.ParseFloat(digits, 64)
	unit := unit(strings.ToUpper(s[len(digits):]))
	if err != nil || unit == 0 || n < 0 || n*float64(unit) >= 1<<63 {
		return 0, fmt.Errorf("invalid number: '%s' (600, 64K, 600Mi, 1G)", s)
	}
	return int64(n * float64(unit)), nil
}

// unit is what a suffix multiplies with; 0 when it is none.
func unit(suffix string) int64 {
	if suffix == "" || suffix == "B" {
		return 1
	}
	power := strings.IndexByte("KMGT", suffix[0]) + 1
	base := int64(1024)
	switch suffix[1:] {
	case "", "I", "IB":
	case "B":
		base = 1000
	default:
		return 0
	}
	if power == 0 {
		return 0
	}
	n := int64(1)
	for range power {
		n *= base
	}
	return n
}

// duration reads a time: 3, 0.5 (seconds, as sleep has it), 100ms, 2m, 1h30m.
func duration(s string) (time.Duration, error) {
	if s == "infinity" || s == "inf" {
		return 1<<63 - 1, nil
	}
	if f, err := strconv.ParseFloat(s, 64); err == nil && f >= 0 && f < 1<<32 {
		return time.Duration(f * float64(time.Second)), nil
	}
	if days, ok := strings.CutSuffix(s, "d"); ok {
		if f, err := strconv.ParseFloat(days, 64); err == nil && f >= 0 && f < 1<<16 {
			return time.Duration(f * 24 * float64(time.Hour)), nil
		}
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("invalid time interval '%s' (3, 0.5, 100ms, 2m)", s)
	}
	return d, nil
}
