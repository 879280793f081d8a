/* The oracle of the tests: compiles rules with libseccomp and writes the program, or
 * resolves names. Reads lines:
 *   arch NAME              add an architecture (x86, x86_64, x32, aarch64, arm)
 *   native NAME            the machine's own, instead of the one that this runs on
 *   default RET            what seccomp(2) returns, in base 16
 *   rule RET NAME N {INDEX OP A B}*N
 *   end                    write the program, preceded by its length in bytes
 *   name NAME              write the numbers of a call on the five architectures
 */
#include <errno.h>
#include <seccomp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

static scmp_filter_ctx ctx;

static void die(const char *what, int rc) {
	fprintf(stderr, "oracle: %s: %s\n", what, strerror(-rc));
	exit(1);
}

static void finish(void) {
	int fd = memfd_create("bpf", 0), rc;
	struct stat st;
	if ((rc = seccomp_export_bpf(ctx, fd)) < 0)
		die("export", rc);
	if (fstat(fd, &st) < 0)
		die("fstat", -errno);
	uint32_t n = st.st_size;
	char *b = malloc(n);
	if (pread(fd, b, n, 0) != (ssize_t)n)
		die("pread", -errno);
	fwrite(&n, 4, 1, stdout);
	fwrite(b, 1, n, stdout);
	fflush(stdout);
	free(b);
	close(fd);
	seccomp_release(ctx);
	ctx = NULL;
}

static void rule(void) {
	uint32_t act;
	char name[128], op[16];
	unsigned n, idx;
	unsigned long long a, b;
	struct scmp_arg_cmp args[6];
	if (scanf("%x %127s %u", &act, name, &n) != 3 || n > 6)
		die("rule", -EINVAL);
	for (unsigned i = 0; i < n; i++) {
		if (scanf("%u %15s %llu %llu", &idx, op, &a, &b) != 4)
			die("argument", -EINVAL);
		enum scmp_compare c = !strcmp(op, "NE") ? SCMP_CMP_NE : !strcmp(op, "LT") ? SCMP_CMP_LT
			: !strcmp(op, "LE") ? SCMP_CMP_LE : !strcmp(op, "EQ") ? SCMP_CMP_EQ
			: !strcmp(op, "GE") ? SCMP_CMP_GE : !strcmp(op, "GT") ? SCMP_CMP_GT : SCMP_CMP_MASKED_EQ;
		args[i] = (struct scmp_arg_cmp){ idx, c, a, b };
	}
	int nr = seccomp_syscall_resolve_name(name);
	if (nr == __NR_SCMP_ERROR)
		return;
	int rc = seccomp_rule_add_array(ctx, act, nr, n, args);
	if (rc < 0)
		die(name, rc);
}

int main(void) {
	char word[32], name[128];
	while (scanf("%31s", word) == 1) {
		int rc = 0;
		if (!strcmp(word, "default")) {
			uint32_t act;
			if (scanf("%x", &act) != 1 || !(ctx = seccomp_init(act)))
				die("default", -EINVAL);
		} else if (!strcmp(word, "arch")) {
			scanf("%127s", name);
			rc = seccomp_arch_add(ctx, seccomp_arch_resolve_name(name));
			if (rc == -EEXIST)
				rc = 0;
		} else if (!strcmp(word, "native")) {
			scanf("%127s", name);
			rc = seccomp_arch_add(ctx, seccomp_arch_resolve_name(name));
			if (rc == -EEXIST)
				rc = 0;
			else if (rc == 0)
				rc = seccomp_arch_remove(ctx, SCMP_ARCH_NATIVE);
		} else if (!strcmp(word, "rule")) {
			rule();
		} else if (!strcmp(word, "end")) {
			finish();
		} else if (!strcmp(word, "name")) {
			static const uint32_t archs[] = { SCMP_ARCH_X86_64, SCMP_ARCH_X86, SCMP_ARCH_X32, SCMP_ARCH_AARCH64, SCMP_ARCH_ARM };
			scanf("%127s", name);
			for (int i = 0; i < 5; i++)
				printf("%d%c", seccomp_syscall_resolve_name_arch(archs[i], name), i == 4 ? '\n' : ' ');
			fflush(stdout);
		}
		if (rc < 0)
			die(word, rc);
	}
	return 0;
}
