/* inside.h - what the parts of the finder share: the file on its way, the walk, the memory of earlier runs. */
#pragma once
#include "domain/finder/finder.h"
#include <pthread.h>
#include <sys/stat.h>

struct file_id { int64_t size, mtime_ns, ctime_ns, inode, device; };
struct file_id file_id_of(const struct stat *st);

/* ---- the walk: calls back for each regular file, in order of names; folders are entered where they stand ---- */
struct walk {
	const struct finder_options *o;
	struct file_id    state;          /* the state's own file, passed over; inode 0: none */
	/* A file, open for reading and the callee's to close; or fd -1 and why not. False ends the walk. */
	bool            (*file)(void *user, struct str path, int fd, const struct stat *st, enum extract_why why);
	void            (*passed)(void *user, struct str path);    /* may be NULL */
	void             *user;
	int64_t           skipped;
	bool              count_only;     /* fd is -1 and st is set */
};
/* ST_OK, or ST_RETRY when `file` ended it. */
enum status walk_paths(struct walk *w);

/* ---- the memory: a line of JSON for each file read to its end, added as the work goes on ---- */
struct memory;
/* Opens or begins the state. `settings` says what was looked for; other settings make all files new.
 * ST_OK; ST_BAD_INPUT (told: the file is something else), ST_DENIED, ST_BROKEN. */
NODISCARD enum status memory_open(struct str path, struct str settings, struct problems *ps, struct memory **ret);
/* What is told of a file is remembered in parts of about this size, numbered from 0; the last one says how many went before. */
enum { MEMORY_PART = 1 << 20, MEMORY_LAST = -1 };
/* A part of what was told of the file, if it is unchanged: to be walked with js_get; NULL otherwise. Without `whole` only what
 * stands before the findings. Thread-safe; the tree lives in `a`. */
struct js;
const struct js *memory_find(struct memory *m, struct arena *a, struct str path, const struct file_id *id, int64_t part,
	bool whole);
int64_t memory_parts(const struct js *last);
/* Remembers a part; `told` is the JSON text of findings and of what was unread. Thread-safe. */
void memory_add(struct memory *m, struct str path, const struct file_id *id, int64_t part, int64_t parts, struct str told);
struct file_id memory_file(const struct memory *m);
/* Closes; `whole` rewrites the file without what was superseded and without files that are gone. */
NODISCARD enum status memory_close(struct memory *m, bool whole);
