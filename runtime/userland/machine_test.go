package userland

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"testing"
)

// TestAlone: what asks for a loader is no program of the demo image's.
func TestAlone(t *testing.T) {
	for _, c := range []struct {
		has  elf.ProgType
		want bool
	}{{elf.PT_LOAD, true}, {elf.PT_INTERP, false}} {
		h := elf.Header64{Type: uint16(elf.ET_EXEC), Machine: uint16(elf.EM_X86_64), Version: 1, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1}
		copy(h.Ident[:], "\x7fELF\x02\x01\x01")
		var b bytes.Buffer
		for _, v := range []any{h, elf.Prog64{Type: uint32(c.has)}} {
			if err := binary.Write(&b, binary.LittleEndian, v); err != nil {
				t.Fatal(err)
			}
		}
		if got := Alone(bytes.NewReader(b.Bytes())); got != c.want {
			t.Errorf("with %v: %t", c.has, got)
		}
	}
	if Alone(bytes.NewReader([]byte("#!/bin/sh\n"))) {
		t.Error("a script starts alone")
	}
}
