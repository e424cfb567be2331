/* sandbox_child.h - what the sandbox's parent, helper and children tell each other; only sandbox*.c include it. */
#pragma once
#include "sys/sandbox.h"
#include <sys/types.h>

enum { SANDBOX_PIECE = 64 << 10, SANDBOX_EXIT_MEMORY = 200, SANDBOX_REPORT_FD = 3 };

/* Parent to helper, with the descriptors: report socket, answer pipe, input. Pointers hold in the helper, which is a
 * fork of the parent: they are those of functions and constants. The argument's bytes follow. */
struct sandbox_request {
	sandbox_fn        *fn;
	const char *const *argv, *const *readable;
	struct sandbox_limits limits;
	bool               has_in, threads;
};

/* Helper (or a child that could not be confined) to parent. */
struct sandbox_report { enum sandbox_end end; int status, signal, exit_code; int64_t cpu_us, peak_bytes; };

/* The helper's life; never returns. */
_Noreturn void sandbox_helper(int control);

/* A kernel filter: which calls a child may make. */
enum sandbox_profile { PROFILE_COMPUTE, PROFILE_READ, PROFILE_THREADS, PROFILE_PROGRAM, PROFILE_MAX };
struct sandbox_filter { void *code; unsigned short n; };        /* struct sock_filter[n] */
bool sandbox_filter_make(enum sandbox_profile p, struct sandbox_filter *ret);
bool sandbox_filter_enter(const struct sandbox_filter *f);      /* no_new_privs must be set */
/* Landlock: nothing but `readable` (and executing there, where `execute`) remains of the file system.
 * False when the kernel lacks it; then only a job without files may run. */
bool sandbox_landlock(const char *const *readable, bool execute);

/* Becomes the child of one job: gives up everything, works, exits. Descriptors 0, 1 and SANDBOX_REPORT_FD are in place. */
_Noreturn void sandbox_child_main(const struct sandbox_request *q, struct str arg, const struct sandbox_filter *filters,
                                  int64_t base_memory, pid_t helper);
