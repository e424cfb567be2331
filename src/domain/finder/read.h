/* read.h - one thread's reading of one file; between finder.c and read.c. */
#pragma once
#include "domain/finder/inside.h"

struct counts { int64_t findings, kinds[SCAN_KIND_MAX], unread; };

struct reader_thread {
	const struct finder_options *o;
	const struct finder_output  *out;
	struct scan_run *run;
	/* gives what has been collected to the output; thread-safe */
	enum status    (*flush)(void *user, struct buf *b);
	void           (*bytes_done)(void *user, int64_t n);
	void            *user;
	bool             remember;        /* collect what is told, for the state */
	/* of the file being read */
	struct str       path;
	struct buf       member;
	bool             in_member;       /* else the file itself */
	int64_t          offset;          /* to add to the scanner's offsets: a byte order mark */
	struct buf       output, told, masked;
	struct counts    counts;
	enum status      st;
};

void reader_thread_make(struct reader_thread *t, const struct scanner *s);
void reader_thread_free(struct reader_thread *t);
/* Reads the file to its end. ST_OK; ST_RETRY when it was stopped; else what the output returned. `told` and `counts`
 * are set; the last of `output` is not yet flushed. */
enum status reader_thread_file(struct reader_thread *t, struct str path, int fd, int64_t size);
void reader_thread_unread(struct reader_thread *t, struct str member, enum extract_why why);
/* Tells again what the state remembers of a file. */
void reader_thread_again(struct reader_thread *t, struct str path, const struct js *remembered);
