/* finder.h - finds personal information in files and folders: walks, extracts, scans, remembers what it has read.
 *
 * Plain text is read in the threads of this process, straight into the scanner; everything else in sandboxed children.
 * Symbolic links, pipes, sockets and devices are passed over, and so are the file systems of the kernel (/proc, /sys).
 * Findings of one file come in order, and files in the order of the walk, however many threads read; only a file with very
 * many findings may be told ahead of its turn. */
#pragma once
#include "base/msg.h"
#include "format/extract/extract.h"
#include "scan/scan.h"
#include "sys/sandbox.h"
#include <stdatomic.h>

struct finding {
	struct str     path, member;      /* member.p is NULL for the file itself */
	int64_t        line, column, start, end;
	enum scan_kind kind;
	int            score;
	struct str     masked;
	struct str     value;             /* p is NULL unless asked for; never for a My Number */
};

struct finder_progress {
	int64_t files, bytes;             /* done so far */
	int64_t files_all, bytes_all;     /* known so far; `counted` when that is all of it */
	bool    counted;
	int64_t us;                       /* since the start */
};

struct finder_summary {
	int64_t files, bytes;             /* read, or known unchanged */
	int64_t unchanged;                /* of these, told from the state without reading */
	int64_t findings, kinds[SCAN_KIND_MAX];
	int64_t unread;                   /* files and members */
	int64_t skipped;                  /* links, pipes, devices, excluded */
	int64_t us;
	bool    complete;                 /* false when it was stopped */
};

/* How findings become output. The first two add to `out` and may run in several threads at once; `write` gets whole
 * additions, one at a time. Statuses other than ST_OK end the work. */
struct finder_output {
	void (*finding)(void *user, struct buf *out, const struct finding *f);
	void (*unread)(void *user, struct buf *out, struct str path, struct str member, enum extract_why why);
	enum status (*write)(void *user, struct str bytes);
	void (*passed)(void *user, struct str path);       /* a file or folder left out: excluded, a link, special; may be NULL */
	void (*progress)(void *user, const struct finder_progress *p);    /* about twice a second; may be NULL */
	void *user;
};

struct finder_options {
	const struct str    *paths;       /* files and folders */
	int                  npaths;
	const struct str    *excludes;    /* shell patterns, matched against the path and against the last part of it */
	int                  nexcludes;
	struct scan_options  scan;
	int                  threads;     /* 0: one for each processor; a large text is read by several at once */
	int64_t              part_bytes;  /* of a large text, for tests; 0: the usual 4 MiB */
	bool                 values;      /* give the values; not together with a state */
	struct str           state;       /* the file that remembers; n = 0: none */
	const _Atomic bool  *stop;        /* becomes true: stop soon, keeping the state; may be NULL */
	struct extract_limits limits;
	struct sandbox      *sandbox;     /* started before any thread, after charset_prepare() */
};

/* ST_OK (also when things could not be read: see the summary); ST_NOT_FOUND (a path does not exist: told in ps);
 * ST_BAD_INPUT (the state is of something else: told in ps); ST_BROKEN; what `write` returned. */
NODISCARD enum status finder_run(const struct finder_options *o, const struct finder_output *out, struct problems *ps,
                                 struct finder_summary *ret);
