package userland

import (
	"fmt"
	"math/bits"
	"os"
	"strconv"
	"strings"
)

// capabilities are the names by number: linux/capability.h, capabilities(7).
const capabilities = "chown dac_override dac_read_search fowner fsetid kill setgid setuid setpcap linux_immutable " +
	"net_bind_service net_broadcast net_admin net_raw ipc_lock ipc_owner sys_module sys_rawio sys_chroot sys_ptrace " +
	"sys_pacct sys_admin sys_boot sys_nice sys_resource sys_time sys_tty_config mknod lease audit_write audit_control " +
	"setfcap mac_override mac_admin syslog wake_alarm block_suspend audit_read perfmon bpf checkpoint_restore"

// caps prints the capability sets of a process, decoded, and the two facts that
// decide with them: no_new_privs and the seccomp mode.
func caps(args []string) int {
	pid := "self"
	if len(args) > 0 {
		pid = args[0]
	}
	if _, err := strconv.Atoi(pid); len(args) > 1 || err != nil && pid != "self" {
		return misuse("caps", nil)
	}
	text, err := os.ReadFile("/proc/" + pid + "/status")
	if err != nil {
		return fail("caps", err)
	}
	names := map[string]string{
		"CapInh": "inheritable", "CapPrm": "permitted", "CapEff": "effective", "CapBnd": "bounding", "CapAmb": "ambient",
	}
	for line := range strings.Lines(string(text)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch {
		case names[key] != "":
			set, err := strconv.ParseUint(value, 16, 64)
			if err != nil {
				return complain("caps", "/proc/%s/status: %s: unknown form", pid, key)
			}
			printf("%-12s %016x (%d) %s\n", names[key], set, bits.OnesCount64(set), decode(set))
		case key == "NoNewPrivs":
			printf("%-12s %s\n", "no_new_privs", value)
		case key == "Seccomp":
			printf("%-12s %s\n", "seccomp", map[string]string{"0": "0 off", "1": "1 strict", "2": "2 filter"}[value])
		}
	}
	return 0
}

// decode names the bits of a set.
func decode(set uint64) string {
	var all []string
	names := strings.Fields(capabilities)
	for n := range 64 {
		switch {
		case set&(1<<n) == 0:
		case n < len(names):
			all = append(all, "cap_"+names[n])
		default:
			all = append(all, fmt.Sprintf("cap_%d", n))
		}
	}
	if len(all) == 0 {
		return "none"
	}
	return strings.Join(all, ",")
}
