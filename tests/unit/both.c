/* both.c - places for the stores of tests. */
#include "tests/unit/both.h"
#include <time.h>

/* Test names are unique by process and count; the directory is removed with everything in it. */
char *both_where(enum db_kind kind)
{
	static int count;
	const char *pg = getenv("TOBARI_TEST_PG"), *tmp = getenv("TMPDIR");
	char *where = malloc(4096);

	if (!where)
		abort();
	if (kind == DB_PG) {
		if (!pg || !*pg) {
			free(where);
			return NULL;
		}
		snprintf(where, 4096, "%s%cschema=t%d_%d_%lld", pg, strchr(pg, '?') ? '&' : '?', (int)getpid(), count++, (long long)time(NULL));
		return where;
	}
	snprintf(where, 4000, "%s/tobari-test-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(where))
		abort();
	size_t n = strlen(where);
	snprintf(where + n, 4096 - n, "/store.db");
	return where;
}

static void drop_schema(const char *where)
{
	static const char drop[] = "DROP SCHEMA IF EXISTS ";
	static char sql[128];
	static const struct db_statement statement = { "drop", sql, NULL };
	struct db *db = NULL;
	const char *schema = strstr(where, "schema=");

	if (!schema || db_open(str_z(where), DB_WRITE, &db) != ST_OK)
		return;
	snprintf(sql, sizeof sql, "%s%.60s CASCADE", drop, schema + 7);
	IGNORE(db_run(db_query(db, &statement)));
	db_close(db);
}

void both_drop(char *where)
{
	static const char *const files[] = { "", "-wal", "-shm", "-journal" };

	if (strncmp(where, "postgres", 8) == 0) {
		if (!getenv("TOBARI_TEST_PG_ENDS"))               /* a cluster that ends with the tests is dropped as a whole */
			drop_schema(where);
	} else {
		char path[4200];
		for (ptrdiff_t i = 0; i < COUNT(files); i++) {
			snprintf(path, sizeof path, "%s%s", where, files[i]);
			unlink(path);
		}
		*strrchr(where, '/') = 0;
		rmdir(where);
	}
	free(where);
}
