/* migrate.h - brings the schema of a store to the revision this program knows. Forward only. */
#pragma once
#include "db/db.h"

/* One step: a text of statements for both databases, in which the type words are replaced:
 *   @ID      a key the database gives out, never twice     @INT @TEXT @BLOB   columns (text compares byte by byte)
 *   @STRICT  after the closing bracket of each table       @KEYED   the same, for a table stored by its primary key
 * Number n is revision n; the list has no gaps and ends with a NULL sql. */
struct migration { const char *name, *sql; };

/* An empty store is brought to the newest revision, an older one step by step, each in one transaction.
 * ST_OK; ST_NO: the store has another (newer or unknown) revision and is not served; ST_RETRY, ST_UNAVAILABLE, ST_BROKEN. */
NODISCARD enum status db_migrate(struct db *db, const struct migration *list);
/* Revision of a store, 0 when empty. */
NODISCARD enum status db_revision(struct db *db, int64_t *ret);
/* ST_OK when the store has exactly the newest revision of the list, ST_NO when not. */
NODISCARD enum status db_revision_check(struct db *db, const struct migration *list);
/* Is there nothing at all? */
NODISCARD enum status db_is_empty(struct db *db, bool *ret);
/* Takes back what was made in a place of PostgreSQL that was empty: its tables, and with `schema` the place itself, unless somebody else has
 * put something there. A file of SQLite is removed by who made it. */
NODISCARD enum status db_unmake(struct db *db, bool schema);

/* Embeds a file of the project as NUL-terminated text under the C name `symbol`. */
#define EMBED(symbol, path) \
	__asm__(".section .rodata\n" #symbol ":\n.incbin \"" path "\"\n.byte 0\n.previous\n"); \
	extern const char symbol[] __attribute__((visibility("hidden")))
