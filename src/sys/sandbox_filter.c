/* sandbox_filter.c - the kernel's walls around a sandboxed child: seccomp and Landlock. */
#include "sys/sandbox_child.h"
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* ---- seccomp: a call that stands in no list fails with EACCES ---- */

/* Computing, waiting, reading and writing what is already open. */
static const char *const COMPUTE[] = {
	"read", "write", "readv", "writev", "pread64", "preadv", "lseek", "_llseek", "close", "fstat", "fstat64", "fcntl", "fcntl64",
	"brk", "munmap", "mremap", "madvise", "exit", "exit_group", "rt_sigreturn", "rt_sigaction", "rt_sigprocmask", "sigaltstack",
	"futex", "futex_time64", "sched_yield", "getrandom", "clock_gettime", "clock_gettime64", "clock_getres", "gettimeofday", "time",
	"times", "getpid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getrusage", "sched_getaffinity", "uname", "sysinfo",
	"restart_syscall", "set_robust_list", "rseq", "fadvise64", NULL
};
/* Looking at files; Landlock says at which. */
static const char *const LOOK[] = {
	"stat", "stat64", "lstat", "lstat64", "newfstatat", "fstatat64", "statx", "access", "faccessat", "faccessat2", "readlink",
	"readlinkat", "getdents", "getdents64", "statfs", "fstatfs", "getcwd", NULL
};
/* What a freshly executed program and its loader need besides. */
static const char *const PROGRAM[] = { "execve", "arch_prctl", "set_tid_address", "mmap", "mmap2", "mprotect", "dup", "dup2", "dup3", NULL };
/* No library tries these: who does has been taken over, and dies. */
static const char *const DEADLY[] = {
	"socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "recvfrom", "recvmsg",
	"fork", "vfork", "execveat", "ptrace", "process_vm_readv", "process_vm_writev", "pidfd_getfd", "bpf",
	"io_uring_setup", "userfaultfd", "perf_event_open", "keyctl", "add_key", "request_key", "unshare", "setns", "mount", "umount2",
	"pivot_root", "chroot", "kexec_load", "init_module", "finit_module", "delete_module", "reboot", "seccomp", NULL
};

/* So are these, but for a job that may have threads. */
static const char *const SPAWN[] = { "clone", "clone3", NULL };

static bool add(scmp_filter_ctx f, uint32_t action, const char *name, unsigned n, const struct scmp_arg_cmp *args)
{
	int nr = seccomp_syscall_resolve_name(name);

	if (nr == __NR_SCMP_ERROR)
		return true;                              /* another machine's call */
	int r = seccomp_rule_add_array(f, action, nr, n, args);
	return r == 0 || r == -EDOM || r == -EINVAL;
}

static bool add_all(scmp_filter_ctx f, uint32_t action, const char *const *names)
{
	for (; *names; names++)
		if (!add(f, action, *names, 0, NULL))
			return false;
	return true;
}

/* Memory is private and never executable. */
static bool add_memory(scmp_filter_ctx f)
{
	const struct scmp_arg_cmp map[] = {
		SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0), SCMP_A3(SCMP_CMP_MASKED_EQ, MAP_TYPE, MAP_PRIVATE),
	};
	return add(f, SCMP_ACT_ALLOW, "mmap", 2, map) && add(f, SCMP_ACT_ALLOW, "mmap2", 2, map) &&
	       add(f, SCMP_ACT_ALLOW, "mprotect", 1, map);
}

/* Another thread of this process, and no process. The newer call hides its flags from the filter; libraries then take the older. */
static bool add_threads(scmp_filter_ctx f)
{
	const uint64_t thread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD;
	const struct scmp_arg_cmp flags[] = { SCMP_A0(SCMP_CMP_MASKED_EQ, thread, thread) };

	return add(f, SCMP_ACT_ALLOW, "clone", 1, flags) && add(f, SCMP_ACT_ERRNO(ENOSYS), "clone3", 0, NULL);
}

/* Opening only to read. */
static bool add_open(scmp_filter_ctx f)
{
	const uint64_t wrong = O_WRONLY | O_RDWR | O_CREAT | O_TRUNC;
	const struct scmp_arg_cmp second[] = { SCMP_A1(SCMP_CMP_MASKED_EQ, wrong, 0) }, third[] = { SCMP_A2(SCMP_CMP_MASKED_EQ, wrong, 0) };

	return add(f, SCMP_ACT_ALLOW, "open", 1, second) && add(f, SCMP_ACT_ALLOW, "openat", 1, third);
}

static bool add_rules(scmp_filter_ctx f, enum sandbox_profile p)
{
	const struct scmp_arg_cmp self[] = { SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH, 0) };
	const struct scmp_arg_cmp ask[] = { SCMP_A2(SCMP_CMP_EQ, 0, 0) };
	bool ok = add_all(f, SCMP_ACT_KILL_PROCESS, DEADLY) && add_all(f, SCMP_ACT_ALLOW, COMPUTE) &&
	          add(f, SCMP_ACT_ALLOW, "prlimit64", 1, ask);

	ok = ok && (p == PROFILE_THREADS ? add_threads(f) : add_all(f, SCMP_ACT_KILL_PROCESS, SPAWN));
	if (p == PROFILE_COMPUTE)
		ok = ok && add(f, SCMP_ACT_ALLOW, "newfstatat", 1, self);
	else
		ok = ok && add_all(f, SCMP_ACT_ALLOW, LOOK) && add_open(f);
	if (p == PROFILE_PROGRAM)
		return ok && add_all(f, SCMP_ACT_ALLOW, PROGRAM);
	return ok && add_memory(f) && add(f, SCMP_ACT_KILL_PROCESS, "execve", 0, NULL);
}

/* The rules as the kernel's program, made once: libseccomp needs a descriptor to write to. */
static bool export(scmp_filter_ctx f, struct sandbox_filter *ret)
{
	int fd = memfd_create("filter", MFD_CLOEXEC);
	bool ok = fd >= 0 && seccomp_export_bpf(f, fd) == 0;
	off_t size = ok ? lseek(fd, 0, SEEK_END) : 0;
	void *code = size > 0 ? malloc((size_t)size) : NULL;

	ok = code && pread(fd, code, (size_t)size, 0) == size;
	if (fd >= 0)
		close(fd);
	if (!ok) {
		free(code);
		return false;
	}
	*ret = (struct sandbox_filter){ code, (unsigned short)((size_t)size / 8) };
	return true;
}

bool sandbox_filter_make(enum sandbox_profile p, struct sandbox_filter *ret)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ERRNO(EACCES));
	bool ok = f && add_rules(f, p) && export(f, ret);

	if (f)
		seccomp_release(f);
	return ok;
}

bool sandbox_filter_enter(const struct sandbox_filter *f)
{
	struct { unsigned short n; void *code; } program = { f->n, f->code };

	return syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) == 0;
}

/* ---- Landlock: the numbers of its interface, as older headers lack the newer ones ---- */

enum { LL_EXECUTE = 1 << 0, LL_READ_FILE = 1 << 2, LL_READ_DIR = 1 << 3, LL_PATH_BENEATH = 1, LL_VERSION = 1 };
struct landlock_rules { uint64_t fs, net, scoped; };
struct landlock_path { uint64_t allowed; int32_t fd; } __attribute__((packed));

static bool allow_path(int rules, const char *path, bool execute)
{
	int fd = open(path, O_PATH | O_CLOEXEC);
	struct stat st;

	if (fd < 0)
		return true;                              /* what is not there need not be allowed */
	bool ok = fstat(fd, &st) == 0;
	struct landlock_path rule = { LL_READ_FILE | (execute ? LL_EXECUTE : 0), fd };
	if (ok && S_ISDIR(st.st_mode))
		rule.allowed |= LL_READ_DIR;
	ok = ok && syscall(SYS_landlock_add_rule, rules, LL_PATH_BENEATH, &rule, 0) == 0;
	close(fd);
	return ok;
}

bool sandbox_landlock(const char *const *readable, bool execute)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, LL_VERSION);

	if (abi < 1)
		return false;
	unsigned bits = abi >= 5 ? 16 : abi >= 3 ? 15 : abi == 2 ? 14 : 13;
	struct landlock_rules r = { .fs = (1u << bits) - 1, .net = abi >= 4 ? 3 : 0, .scoped = abi >= 6 ? 3 : 0 };
	int rules = (int)syscall(SYS_landlock_create_ruleset, &r, abi >= 6 ? sizeof r : abi >= 4 ? 16 : 8, 0);
	bool ok = rules >= 0;
	for (; ok && readable && *readable; readable++)
		ok = allow_path(rules, *readable, execute);
	ok = ok && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
	if (rules >= 0)
		close(rules);
	return ok;
}
