package userland

import (
	"bytes"
	"debug/elf"
	"encoding/binary"
	"encoding/hex"
	"strings"
)

// tiny makes an executable of a few instructions. A setuid file and a file with
// capabilities each need a file of their own, for both belong to the inode, and
// another copy of the large executable would double the image.
func tiny(arch, code string) string {
	const base, head = 0x400000, 64 + 56 // where it is mapped; size of the ELF and the one program header
	var digits strings.Builder
	for line := range strings.Lines(code) {
		bytes, _, _ := strings.Cut(line, "//")
		digits.WriteString(strings.Join(strings.Fields(bytes), ""))
	}
	text, err := hex.DecodeString(digits.String())
	if err != nil {
		panic("userland: tiny: " + err.Error()) // A constant of this file is wrong.
	}
	machines := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}
	size := uint64(head + len(text))
	var buf bytes.Buffer
	ident := [elf.EI_NIDENT]byte{0x7f, 'E', 'L', 'F', byte(elf.ELFCLASS64), byte(elf.ELFDATA2LSB), byte(elf.EV_CURRENT)}
	_ = binary.Write(&buf, binary.LittleEndian, elf.Header64{
		Ident: ident, Type: uint16(elf.ET_EXEC), Machine: uint16(machines[arch]), Version: uint32(elf.EV_CURRENT),
		Entry: base + head, Phoff: 64, Ehsize: 64, Phentsize: 56, Phnum: 1,
	})
	_ = binary.Write(&buf, binary.LittleEndian, elf.Prog64{
		Type: uint32(elf.PT_LOAD), Flags: uint32(elf.PF_R | elf.PF_X),
		Vaddr: base, Paddr: base, Filesz: size, Memsz: size, Align: 0x10000,
	})
	buf.Write(text)
	return buf.String()
}

// asroot becomes its arguments: execve(argv[1], &argv[1], envp), else
// exit(127). As a setuid file it is sudo without a question, and shows what
// no_new_privs takes away.
func asroot(arch string) string {
	if arch == "arm64" {
		return tiny(arch, `
		e30340f9  7f0800f1  cb000054  // ldr x3,[sp]  cmp x3,#2  b.lt 1f
		e1430091  200040f9  220c038b  // add x1,sp,#16  ldr x0,[x1]  add x2,x1,x3,lsl #3
		a81b80d2  010000d4            // mov x8,#221 (execve)  svc #0
		e01b40b2  a80b80d2  010000d4  // 1: mov x0,#127  mov x8,#93 (exit)  svc #0`)
	}
	return tiny(arch, `
		488b0424  4883f802  7c14          // mov (%rsp),%rax  cmp $2,%rax  jl 1f
		488d742410  488b3e  488d54c410    // lea 16(%rsp),%rsi  mov (%rsi),%rdi  lea 16(%rsp,%rax,8),%rdx
		b83b000000  0f05                  // mov $59,%eax (execve)  syscall
		bf7f000000  b83c000000  0f05      // 1: mov $127,%edi  mov $60,%eax (exit)  syscall`)
}

// mystatus prints /proc/self/status. As a file with a capability it shows what
// execve(2) gave it.
func mystatus(arch string) string {
	path := hex.EncodeToString([]byte("/proc/self/status\x00"))
	if arch == "arm64" {
		return tiny(arch, `
		600c8092  e1020010  e2031faa  e3031faa  // mov x0,#-100 (AT_FDCWD)  adr x1,path  mov x2,#0  mov x3,#0
		e80b7db2  010000d4  e90300aa  ea0740d1  // mov x8,#56 (openat)  svc #0  mov x9,x0  sub x10,sp,#4096
		e00309aa  e1030aaa  e20374b2  e81740b2  // 1: mov x0,x9  mov x1,x10  mov x2,#4096  mov x8,#63 (read)
		010000d4  1f0000f1  ed000054            // svc #0  cmp x0,#0  b.le 2f
		e20300aa  e00340b2  e1030aaa  e8037ab2  // mov x2,x0  mov x0,#1  mov x1,x10  mov x8,#64 (write)
		010000d4  f4ffff17                      // svc #0  b 1b
		e0031faa  a80b80d2  010000d4            // 2: mov x0,#0  mov x8,#93 (exit)  svc #0
		`+path)
	}
	return tiny(arch, `
		488d3d42000000  31f6  b802000000  0f05  // lea path(%rip),%rdi  xor %esi,%esi  mov $2,%eax (open)  syscall
		89c3  4881ec00100000                    // mov %eax,%ebx  sub $4096,%rsp
		89df  4889e6  ba00100000  31c0  0f05    // 1: mov %ebx,%edi  mov %rsp,%rsi  mov $4096,%edx  xor %eax,%eax (read)
		4885c0  7e14                            // test %rax,%rax  jle 2f
		4889c2  bf01000000  4889e6              // mov %rax,%rdx  mov $1,%edi  mov %rsp,%rsi
		b801000000  0f05  ebd9                  // mov $1,%eax (write)  syscall  jmp 1b
		31ff  b83c000000  0f05                  // 2: xor %edi,%edi  mov $60,%eax (exit)  syscall
		`+path)
}
