/* sandbox.h - work on hostile bytes in a child process that can compute and answer, and nothing else.
 *
 * A small helper process is forked first: before threads, keys and database. For each job it forks a fresh child, which
 * gives up everything (user root, files, network, new processes, memory beyond a bound) and then runs the work. No child
 * serves two jobs, so nothing of one document reaches the next. A crash, a forbidden call, or too much time, memory or
 * output costs one job and is told as a status. Where the kernel cannot confine the child, the job is refused. */
#pragma once
#include "base/base.h"

struct sandbox;                       /* the helper, as its parent sees it; any number of threads may share one */

struct sandbox_limits {               /* 0 = the default */
	int64_t memory;                   /* bytes the child may take beyond what it starts with; 256 MiB */
	int64_t output;                   /* bytes of answer; 64 MiB */
	int     cpu_s;                    /* seconds of computing; 20 */
	int     wall_ms;                  /* 60000 */
};

/* What the work sees, in the child. It returns its own status, which sandbox_run hands on. */
struct sandbox_child {
	struct str arg;                   /* a copy of the caller's */
	int        in;                    /* the input, readable and, if the caller's is, seekable; -1 when there is none */
	int        out_;
	int64_t    left_;                 /* bytes of answer that remain */
};
typedef enum status sandbox_fn(struct sandbox_child *c);
/* Adds bytes to the answer. ST_OK; ST_TOO_BIG at the bound, ST_BROKEN when nobody listens: then return at once. */
NODISCARD enum status sandbox_answer(struct sandbox_child *c, struct str bytes);

struct sandbox_job {
	sandbox_fn        *fn;            /* the work: a function of this program, run in the child; or NULL and */
	const char *const *argv;          /* a program: absolute path first, NULL last; its stdin is the input, its stdout the answer */
	const char *const *readable;      /* files and folders that may be read (and with argv executed), NULL last; NULL = none.
	                                   * Needs Landlock; argv needs it too. argv and readable are static tables of constants. */
	bool               threads;       /* with fn and readable: it may start threads, for libraries that do */
	struct str         arg;           /* at most SANDBOX_ARG_MAX bytes for fn */
	bool               has_bytes;     /* the input is `bytes`, else the descriptor `in` (-1: none) */
	struct str         bytes;
	int                in;            /* opened for reading only; stays the caller's, but its offset may move */
	struct sandbox_limits limits;
};
enum { SANDBOX_ARG_MAX = 32 << 10 };

/* Takes the answer piece by piece, in the caller's thread; any status but ST_OK ends the job. */
typedef enum status sandbox_sink(void *user, struct str chunk);

enum sandbox_end {
	SANDBOX_ENDED,                    /* by itself, with the work's own status */
	SANDBOX_CRASHED,
	SANDBOX_FORBIDDEN,                /* it called the kernel for something it may not have */
	SANDBOX_TIME, SANDBOX_MEMORY, SANDBOX_OUTPUT,   /* a bound was passed */
	SANDBOX_STOPPED,                  /* by the sink */
	SANDBOX_NO_PROGRAM,               /* argv[0] is not installed or not executable */
	SANDBOX_REFUSED,                  /* no confinement to be had, or the helper is gone */
};
struct sandbox_result {
	enum sandbox_end end;
	int     signal, exit_code;        /* for logs */
	int64_t output, cpu_us, peak_bytes;
};

/* Forks the helper. Call it while the process has one thread and holds no secrets. ST_OK, ST_UNAVAILABLE. */
NODISCARD enum status sandbox_start(struct sandbox **ret);
void                  sandbox_stop(struct sandbox *s);        /* ends the helper and its children; takes NULL */

/* Runs one job and gives its answer to `sink` (may be NULL: the answer is dropped). Without a helper (NULL) it is refused. *ret_result may be NULL.
 * The status of the work (a program: ST_OK for exit code 0, else ST_BAD_INPUT); or, where it did not end by itself,
 * ST_BAD_INPUT (crashed, forbidden), ST_TOO_BIG (time, memory, output), the sink's status, ST_NOT_FOUND (no program),
 * ST_UNAVAILABLE (refused). What the sink got before a failure is to be thrown away or marked as incomplete. */
NODISCARD enum status sandbox_run(struct sandbox *s, const struct sandbox_job *job, sandbox_sink *sink, void *user,
                                  struct sandbox_result *ret_result);
/* A sink that collects into a struct buf; the buf's own bound holds (ST_TOO_BIG). */
enum status sandbox_to_buf(void *buf, struct str chunk);
const char *sandbox_end_name(enum sandbox_end e);             /* "crashed", for logs and machine output */
