package seccomp

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/opencontainers/runtime-spec/specs-go"
	"golang.org/x/net/bpf"
)

// oracle is libseccomp, by a small C program that is compiled for the test.
type oracle struct {
	in  io.WriteCloser
	out *bufio.Reader
	cmd *exec.Cmd
	err bytes.Buffer
}

func newOracle(t testing.TB) *oracle {
	t.Helper()
	exe := filepath.Join(t.TempDir(), "oracle")
	if out, err := exec.Command("gcc", "-O1", "-o", exe, "testdata/oracle.c", "-lseccomp").CombinedOutput(); err != nil {
		t.Skipf("needs tool gcc with libseccomp-dev: %v: %.200s", err, out)
	}
	o := &oracle{cmd: exec.Command(exe)}
	o.cmd.Stderr = &o.err
	var err error
	if o.in, err = o.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := o.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	o.out = bufio.NewReader(out)
	if err := o.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = o.in.Close(); _ = o.cmd.Wait() })
	return o
}

// numbers are those of a call on the five architectures; negative where there is none.
func (o *oracle) numbers(t testing.TB, name string) [columns]int {
	t.Helper()
	fmt.Fprintf(o.in, "name %s\n", name)
	var n [columns]int
	if _, err := fmt.Fscan(o.out, &n[0], &n[1], &n[2], &n[3], &n[4]); err != nil {
		t.Fatalf("%v %s", err, o.err.String())
	}
	_, _ = o.out.ReadByte() // the end of the line
	return n
}

var seccompNames = map[specs.Arch]string{
	specs.ArchX86: "x86", specs.ArchX86_64: "x86_64", specs.ArchX32: "x32", specs.ArchAARCH64: "aarch64", specs.ArchARM: "arm",
}

// compile does with a profile what runc does (libcontainer/seccomp/seccomp_linux.go),
// without what runc lays over libseccomp's program.
func (o *oracle) compile(t testing.TB, p *specs.LinuxSeccomp, goarch string) *bpf.VM {
	t.Helper()
	must := func(a specs.LinuxSeccompAction, errno *uint) uint32 {
		r, err := action(a, errno)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	def := must(p.DefaultAction, p.DefaultErrnoRet)
	fmt.Fprintf(o.in, "default %x\nnative %s\n", def, seccompNames[natives[goarch][0]])
	for _, a := range p.Architectures {
		if seccompNames[a] != "" {
			fmt.Fprintf(o.in, "arch %s\n", seccompNames[a])
		}
	}
	for _, s := range p.Syscalls {
		act := must(s.Action, s.ErrnoRet)
		if act == def {
			continue
		}
		var count [6]int
		several := false
		for _, a := range s.Args {
			count[a.Index]++
			several = several || count[a.Index] > 1
		}
		for _, name := range s.Names {
			if !several {
				o.rule(act, name, s.Args)
				continue
			}
			for i := range s.Args {
				o.rule(act, name, s.Args[i:i+1])
			}
		}
	}
	fmt.Fprintln(o.in, "end")
	var n uint32
	if err := binary.Read(o.out, binary.LittleEndian, &n); err != nil {
		_ = o.cmd.Wait()
		t.Fatalf("%v %s", err, o.err.String())
	}
	raw := make([]bpf.RawInstruction, n/8)
	for i := range raw {
		var b [8]byte
		if _, err := io.ReadFull(o.out, b[:]); err != nil {
			t.Fatal(err)
		}
		raw[i] = bpf.RawInstruction{Op: binary.LittleEndian.Uint16(b[:]), Jt: b[2], Jf: b[3], K: binary.LittleEndian.Uint32(b[4:])}
	}
	return machine(t, raw)
}

func (o *oracle) rule(act uint32, name string, args []specs.LinuxSeccompArg) {
	fmt.Fprintf(o.in, "rule %x %s %d", act, name, len(args))
	for _, a := range args {
		fmt.Fprintf(o.in, " %d %s %d %d", a.Index, strings.TrimPrefix(string(a.Op), "SCMP_CMP_"), a.Value, a.ValueTwo)
	}
	fmt.Fprintln(o.in)
}

// machine makes a program into a virtual machine that runs it.
func machine(t testing.TB, raw []bpf.RawInstruction) *bpf.VM {
	t.Helper()
	program, ok := bpf.Disassemble(raw)
	if !ok {
		t.Fatal("the program has instructions that nobody knows")
	}
	vm, err := bpf.NewVM(program)
	if err != nil {
		t.Fatal(err)
	}
	return vm
}

func ours(t testing.TB, p *specs.LinuxSeccomp, goarch string) *bpf.VM {
	t.Helper()
	code, err := assemble(p, goarch)
	if err != nil {
		t.Fatal(err)
	}
	raw := make([]bpf.RawInstruction, len(code))
	for i, c := range code {
		raw[i] = bpf.RawInstruction{Op: c.code, Jt: c.jt, Jf: c.jf, K: c.k}
	}
	return machine(t, raw)
}

// event is one system call as a filter sees it.
type event struct {
	nr, audit uint32
	args      [6]uint64
}

// ask runs a program on an event. The virtual machine loads words as big-endian, the
// kernel in the machine's order: each word is laid down accordingly.
func ask(t testing.TB, vm *bpf.VM, e event) uint32 {
	t.Helper()
	var b [64]byte
	binary.BigEndian.PutUint32(b[offNumber:], e.nr)
	binary.BigEndian.PutUint32(b[offArch:], e.audit)
	for i, a := range e.args {
		binary.BigEndian.PutUint32(b[offArgs+8*i:], uint32(a))
		binary.BigEndian.PutUint32(b[offArgs+8*i+4:], uint32(a>>32))
	}
	n, err := vm.Run(b[:])
	if err != nil {
		t.Fatal(err)
	}
	return uint32(n)
}
