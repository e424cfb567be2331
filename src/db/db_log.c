/* db_log.c - writes what a commit adds to the write-ahead log at once.
 *
 * SQLite writes a page of the log in two pieces, so a commit of thirty pages is sixty calls into the kernel while everybody
 * else waits for the turn. Here the pieces of one commit gather in memory and leave together, with the frame that ends it:
 * only after that does SQLite tell other connections of them. Whatever else is done with the log (read there, cut, flush, ask
 * its size, write elsewhere) first lets out what has gathered; what a rollback has made void is forgotten, for the place may
 * be another's by then. Every other file is the system's own. */
#include "db/db_driver.h"
#include <sqlite3.h>
#include <stdlib.h>

enum { GATHER = 127 << 10, FRAME_HEADER = 24 };        /* SQLite writes less than 128 KB at once, and takes more for a full disk */

struct log_file {
	sqlite3_file   base;
	char          *bytes;                        /* NULL until there is something to gather */
	sqlite3_int64  at;                           /* where they belong */
	int            n;
	bool           ends;                         /* the frame that is being written ends a commit */
};

static sqlite3_vfs *below;                           /* the system's, set once before any file is opened */

static struct log_file *log_of(sqlite3_file *f)
{
	return (struct log_file *)f;
}

/* The system's file stands behind ours in the same memory. */
static sqlite3_file *real(sqlite3_file *f)
{
	return (sqlite3_file *)(void *)(log_of(f) + 1);
}

static int let_out(sqlite3_file *f)
{
	struct log_file *l = log_of(f);
	int n = l->n;

	l->n = 0;
	return n ? real(f)->pMethods->xWrite(real(f), l->bytes, n, l->at) : SQLITE_OK;
}

static int log_write(sqlite3_file *f, const void *p, int n, sqlite3_int64 at)
{
	struct log_file *l = log_of(f);
	const unsigned char *b = p;
	bool header = n == FRAME_HEADER;
	int code = SQLITE_OK;

	if (l->n && (at != l->at + l->n || l->n + n > GATHER))
		code = let_out(f);
	if (code != SQLITE_OK)
		return code;
	if (!l->bytes && !(l->bytes = malloc(GATHER)))
		return SQLITE_IOERR_NOMEM;
	if (n > GATHER)
		return real(f)->pMethods->xWrite(real(f), p, n, at);
	if (!l->n)
		l->at = at;
	memcpy(l->bytes + l->n, p, (size_t)n);
	l->n += n;
	if (header)                                      /* bytes 4..7: the size of the database, if this frame ends a commit */
		l->ends = (b[4] | b[5] | b[6] | b[7]) != 0;
	else if (l->ends)
		return let_out(f);
	return SQLITE_OK;
}

static int log_close(sqlite3_file *f)
{
	free(log_of(f)->bytes);                          /* what never became a commit */
	return real(f)->pMethods->xClose(real(f));
}

/* A rollback reads pages after it has given up its lock: older ones, which must not bring out what it has made void. */
static int log_read(sqlite3_file *f, void *p, int n, sqlite3_int64 at)
{
	struct log_file *l = log_of(f);
	bool meets = at < l->at + l->n && l->at < at + n;
	int code = meets ? let_out(f) : SQLITE_OK;

	return code == SQLITE_OK ? real(f)->pMethods->xRead(real(f), p, n, at) : code;
}

static int log_truncate(sqlite3_file *f, sqlite3_int64 size)
{
	int code = let_out(f);

	return code == SQLITE_OK ? real(f)->pMethods->xTruncate(real(f), size) : code;
}

static int log_sync(sqlite3_file *f, int flags)
{
	int code = let_out(f);

	return code == SQLITE_OK ? real(f)->pMethods->xSync(real(f), flags) : code;
}

static int log_size(sqlite3_file *f, sqlite3_int64 *ret)
{
	int code = let_out(f);

	return code == SQLITE_OK ? real(f)->pMethods->xFileSize(real(f), ret) : code;
}

static int log_lock(sqlite3_file *f, int level) { return real(f)->pMethods->xLock(real(f), level); }
static int log_unlock(sqlite3_file *f, int level) { return real(f)->pMethods->xUnlock(real(f), level); }
static int log_reserved(sqlite3_file *f, int *ret) { return real(f)->pMethods->xCheckReservedLock(real(f), ret); }
static int log_control(sqlite3_file *f, int what, void *arg) { return real(f)->pMethods->xFileControl(real(f), what, arg); }
static int log_sector(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int log_device(sqlite3_file *f) { return real(f)->pMethods->xDeviceCharacteristics(real(f)); }

static const sqlite3_io_methods methods = {
	.iVersion = 1, .xClose = log_close, .xRead = log_read, .xWrite = log_write, .xTruncate = log_truncate, .xSync = log_sync,
	.xFileSize = log_size, .xLock = log_lock, .xUnlock = log_unlock, .xCheckReservedLock = log_reserved,
	.xFileControl = log_control, .xSectorSize = log_sector, .xDeviceCharacteristics = log_device,
};

static int open_file(sqlite3_vfs *v, const char *path, sqlite3_file *f, int flags, int *ret_flags)
{
	(void)v;
	if (!(flags & SQLITE_OPEN_WAL))
		return below->xOpen(below, path, f, flags, ret_flags);
	*log_of(f) = (struct log_file){ .n = 0 };
	int code = below->xOpen(below, path, real(f), flags, ret_flags);
	if (real(f)->pMethods)
		f->pMethods = &methods;
	return code;
}

static void forget(void *h)
{
	sqlite3_file *f = NULL;

	if (sqlite3_file_control(h, "main", SQLITE_FCNTL_JOURNAL_POINTER, &f) == SQLITE_OK && f && f->pMethods == &methods)
		log_of(f)->n = 0;
}

void db_log_watch(struct sqlite3 *h)
{
	sqlite3_rollback_hook(h, forget, h);
}

const char *db_log_vfs(void)
{
	static sqlite3_vfs ours;

	below = sqlite3_vfs_find(NULL);
	ours = *below;
	ours.zName = "tobari";
	ours.szOsFile += (int)sizeof(struct log_file);
	ours.xOpen = open_file;
	ours.pNext = NULL;
	return sqlite3_vfs_register(&ours, 0) == SQLITE_OK ? ours.zName : NULL;
}
