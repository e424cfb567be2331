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
	int              threads;         /* that may read one large text together; 1: none do */
	_Atomic bool    *cutting;         /* some do */
	const struct scanner *scanner;
	/* keeps a part of what is told, for the state; NULL: nothing is remembered */
	void           (*keep)(void *user, const struct reader_thread *t);
	struct file_id   id;              /* of the file being read, and how many parts of it are kept */
	int64_t          parts;
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
/* A finding of the file itself, as it stands in the text. */
void reader_thread_found(struct reader_thread *t, const struct scan_finding *s, struct str masked, struct str value);
bool reader_thread_stopped(struct reader_thread *t);
/* Does text that was ASCII up to `at`, where something else stands, turn out to be in another encoding? */
bool reader_turns_out_other(int fd, int64_t at, enum charset *ret);
ptrdiff_t reader_ascii_prefix(const char *p, ptrdiff_t n);         /* offset of the first byte that is not ASCII, or n */
/* The UTF-8 text from `at` on, to the run; `ascii` when all before was nothing else, so that it may yet turn out other. */
void reader_plain(struct reader_thread *t, struct scan_run *run, int fd, int64_t at, bool ascii);
/* The rest of the text from `at` on, converted, to the run. */
void reader_filtered(struct reader_thread *t, struct scan_run *run, int fd, int64_t at, enum charset c, bool is_json);

/* A large UTF-8 text of which `bom` bytes are passed over: the threads read parts, and what they find is told in order. False
 * when it is not large, or other threads are at such a text: nothing was read. */
bool cut_scan(struct reader_thread *t, int fd, ptrdiff_t bom, int64_t size);

/* Tells again what the state remembers of a file. */
void reader_thread_again(struct reader_thread *t, struct str path, const struct js *remembered);
